"""Small ELF files for tests, of either class and byte order, with the tables that a loader reads and no sections."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import pack

__all__ = ["Elf"]

BASE = 0x10000
"""Virtual address of the first byte."""
HIDDEN = 0x8000


@dataclass
class Elf:
    """What the file is to say; `build` returns its bytes."""

    bits: int = 64
    byte_order: str = "little"
    machine: int = 62
    kind: int = 3
    soname: str | None = None
    needed: list[str] = field(default_factory=list)
    rpath: str | None = None
    runpath: str | None = None
    interpreter: str | None = None
    base: str | None = None
    """Name of the base version definition."""
    defines: list[str] = field(default_factory=list)
    requires: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Library -> version -> whether it is weak."""
    exported: list[str] = field(default_factory=list)
    """As `nm -D` writes them: name, name@@VERSION, name@VERSION."""
    undefined: list[str] = field(default_factory=list)
    local: list[str] = field(default_factory=list)
    hash: str = "gnu"
    notes: bytes = b""
    extra: list[tuple[int, int]] = field(default_factory=list)
    """More entries of the dynamic section: (tag, value)."""
    padding: int = 0
    """Zero bytes between the headers and the tables."""
    code: bool = False
    """Whether the segment is executable."""
    text: bytes = b""
    """Bytes at the end of the segment."""

    def build(self) -> bytes:
        self._strings = b"\0"
        parts = self._tables()
        phnum = 2 + bool(self.interpreter) + bool(self.notes)
        head = (64 if self.bits == 64 else 52) + phnum * (56 if self.bits == 64 else 32)
        places, data = {}, b""
        for name, part in parts.items():
            data += b"\0" * (-(head + self.padding + len(data)) % 8)
            places[name] = head + self.padding + len(data)
            data += part
        data += b"\0" * (-(head + self.padding + len(data)) % 8)
        start = head + self.padding + len(data)
        dynamic = self._dynamic(places)
        end = start + len(dynamic) + len(self.text)
        segments = [(1, 0, end), (2, start, len(dynamic))]
        if self.interpreter:
            segments.append((3, places["interpreter"], len(parts["interpreter"])))
        if self.notes:
            segments.append((4, places["notes"], len(self.notes)))
        return self._headers(segments) + b"\0" * self.padding + data + dynamic + self.text

    def string(self, text: str) -> int:
        """Offset of a string in the table."""
        encoded = text.encode("utf-8", "surrogateescape") + b"\0"
        at = self._strings.find(b"\0" + encoded)
        if at < 0:
            at = len(self._strings) - 1
            self._strings += encoded
        return at + 1

    def pack(self, form: str, *values: int) -> bytes:
        return pack(("<" if self.byte_order == "little" else ">") + form, *values)

    def _tables(self) -> dict[str, bytes]:
        parts = {}
        if self.interpreter:
            parts["interpreter"] = self.interpreter.encode() + b"\0"
        if self.notes:
            parts["notes"] = self.notes
        for name in (self.soname, self.rpath, self.runpath, *self.needed):
            if name is not None:
                self.string(name)
        definitions, needs = self._definitions(), self._needs()
        symbols, indexes = self._symbols()
        parts["symbols"] = symbols
        if definitions or needs:
            parts["versions"] = indexes
        parts |= {"definitions": definitions} if definitions else {}
        parts |= {"needs": needs} if needs else {}
        if self.hash:
            parts[self.hash] = self._gnu_hash() if self.hash == "gnu" else self._hash()
        parts["strings"] = self._strings
        return parts

    def _definitions(self) -> bytes:
        self._indexes: dict[str, int] = {}
        names = [self.base or self.soname or "base", *self.defines] if self.defines else []
        data = b""
        for number, name in enumerate(names, 1):
            following = 28 if number < len(names) else 0
            data += self.pack("HHHHIII", 1, number == 1, number, 1, 0, 20, following)
            data += self.pack("II", self.string(name), 0)
            self._indexes[name] = number
        return data

    def _needs(self) -> bytes:
        data, index = b"", 1 + len(self._indexes)
        for number, (library, versions) in enumerate(self.requires.items(), 1):
            size = 16 + 16 * len(versions)
            following = size if number < len(self.requires) else 0
            data += self.pack("HHIII", 1, len(versions), self.string(library), 16, following)
            for place, (version, weak) in enumerate(versions.items(), 1):
                index += 1
                step = 16 if place < len(versions) else 0
                data += self.pack("IHHII", 0, 2 if weak else 0, index, self.string(version), step)
                self._indexes.setdefault(version, index)
        return data

    def _symbols(self) -> tuple[bytes, bytes]:
        rows = [("", 0, 0), *((name, 0, 1) for name in self.local), *((name, 0x12, 0) for name in self.undefined)]
        self._first_exported = len(rows)
        rows += [(name, 0x12, 0xFFF1 if name in self.defines else 1) for name in self.exported]
        data = indexes = b""
        for written, info, section in rows:
            name, _, version = written.partition("@")
            hidden = HIDDEN if section and version and not version.startswith("@") else 0
            index = self._indexes.get(version.lstrip("@") or name, 1 if section else 0) if written else 0
            text = self.string(name) if name else 0
            if self.bits == 64:
                data += self.pack("IBBHQQ", text, info, 0, section, 0, 0)
            else:
                data += self.pack("IIIBBH", text, 0, 0, info, 0, section)
            indexes += self.pack("H", index | hidden)
        self._count = len(rows)
        return data, indexes

    def _hash(self) -> bytes:
        form = "Q" if self.machine == 22 and self.bits == 64 else "I"
        return self.pack(f"{3 + self._count}{form}", 1, self._count, 0, *[0] * self._count)

    def _gnu_hash(self) -> bytes:
        exported = self._count - self._first_exported
        bucket = self._first_exported if exported else 0
        chain = [2] * (exported - 1) + [1] if exported else []
        head = self.pack("IIII", 1, self._first_exported, 1, 0) + b"\xff" * (self.bits // 8)
        return head + self.pack(f"{1 + len(chain)}I", bucket, *chain)

    def _dynamic(self, places: dict[str, int]) -> bytes:
        entries = [(1, self.string(name)) for name in self.needed]
        entries += [
            (tag, self.string(text))
            for tag, text in ((14, self.soname), (15, self.rpath), (29, self.runpath))
            if text is not None
        ]
        tags = {"sysv": 4, "gnu": 0x6FFFFEF5, "symbols": 6, "strings": 5, "versions": 0x6FFFFFF0}
        tags |= {"definitions": 0x6FFFFFFC, "needs": 0x6FFFFFFE}
        entries += [(tag, BASE + places[name]) for name, tag in tags.items() if name in places]
        entries.append((10, len(self._strings)))
        if self.defines:
            entries.append((0x6FFFFFFD, 1 + len(self.defines)))
        if self.requires:
            entries.append((0x6FFFFFFF, len(self.requires)))
        entries += [*self.extra, (0, 0)]
        return b"".join(self.pack("QQ" if self.bits == 64 else "II", *entry) for entry in entries)

    def _headers(self, segments: list[tuple[int, int, int]]) -> bytes:
        wide = self.bits == 64
        identity = b"\x7fELF" + bytes([2 if wide else 1, 1 if self.byte_order == "little" else 2, 1]) + bytes(9)
        size, each = (64, 56) if wide else (52, 32)
        header = self.pack(
            "HHIQQQIHHHHHH" if wide else "HHIIIIIHHHHHH",
            *(self.kind, self.machine, 1, 0, size, 0, 0, size, each, len(segments), 0, 0, 0),
        )
        table = b""
        for kind, offset, length in segments:
            if wide:
                table += self.pack("IIQQQQQQ", kind, 4 | self.code, offset, BASE + offset, 0, length, length, 8)
            else:
                table += self.pack("IIIIIIII", kind, offset, BASE + offset, 0, length, length, 4 | self.code, 8)
        return identity + header + table
