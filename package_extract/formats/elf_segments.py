"""An ELF file as the kernel maps it: its header and segments, without what only linkers need.

System V ABI, chapters 4 and 5; numbers as in <elf.h>. Files with holes are read as well: a hole is zeros.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ElfSegments", "Segment", "read_segments"]

MAGIC = b"\x7fELF"
LOAD, DYNAMIC, INTERPRETER = 1, 2, 3
EXECUTABLE, WRITABLE = 1, 2
_NEEDED, _STRTAB, _SYMTAB, _STRSZ, _SONAME, _RPATH, _RUNPATH = 1, 5, 6, 10, 14, 15, 29
_MOST_SEGMENTS = 256
_MOST_DYNAMIC_ENTRIES = 4096
_MOST_NEEDED = 1024
_LONGEST_STRING = 4096
_LARGEST_SYMBOL_TABLE = 1 << 24


class Segment(NamedTuple):
    """One entry of the program header table."""

    kind: int
    flags: int
    offset: int
    address: int
    length: int
    """Bytes in the file."""


class ElfSegments:
    """The header and the program headers of one file."""

    def __init__(self, content: memoryview, size: int, bits: int, order: str, machine: int, flags: int) -> None:
        """`content` may be only the beginning of a file of `size` bytes; what is read later must be within it."""
        self.content, self.size = content, size
        self.bits, self.order, self.machine, self.flags = bits, order, machine, flags
        self.segments: list[Segment] = []
        self._dynamic: dict[int, list[int]] | None = None

    @property
    def loads(self) -> list[Segment]:
        """What is mapped into memory."""
        return [segment for segment in self.segments if segment.kind == LOAD]

    def constants(self) -> list[Segment]:
        """The mapped segments that hold data: all but code, unless code and constants share one segment."""
        data = [segment for segment in self.loads if not segment.flags & EXECUTABLE]
        separate = any(not segment.flags & WRITABLE for segment in data)
        return data if separate else self.loads

    def interpreter(self) -> str | None:
        """The path of the loader that runs the program; None for libraries and static programs."""
        for segment in self.segments:
            if segment.kind == INTERPRETER and segment.length <= _LONGEST_STRING:
                return _text(self._bytes(segment.offset, segment.length))
        return None

    def needed(self) -> list[str]:
        """Names of the libraries that must be loaded first, in order."""
        return [name for index in self._entries(_NEEDED)[:_MOST_NEEDED] if (name := self._string(index))]

    def soname(self) -> str | None:
        """The name that dependants know the library by."""
        return next((self._string(index) for index in self._entries(_SONAME)), None)

    def library_paths(self) -> list[str]:
        """Where its libraries are looked for first: RUNPATH or, where there is none, RPATH; as written."""
        entries = self._entries(_RUNPATH) or self._entries(_RPATH)
        joined = ":".join(filter(None, map(self._string, entries)))
        return [part for part in joined.split(":") if part]

    def exported_integer(self, name: str) -> int | None:
        """The value of an exported variable of type `unsigned long`, or None if there is none of this name."""
        address = self._symbol(name)
        offset = self._offset(address) if address else None
        width = self.bits // 8
        data = self._bytes(offset, width) if offset is not None else b""
        return int.from_bytes(data, "little" if self.order == "<" else "big") if len(data) == width else None

    def _symbol(self, name: str) -> int | None:
        """The address of a dynamic symbol."""
        strings, symbols = self._table(_STRTAB), self._table(_SYMTAB)
        if strings is None or symbols is None:
            return None
        wanted = bytes(name.encode() + b"\0")
        names = bytes(self._bytes(strings, min(next(iter(self._entries(_STRSZ)), 0), _LARGEST_SYMBOL_TABLE)))
        index = names.find(b"\0" + wanted) + 1 or names.find(wanted)
        if index <= 0:
            return None
        layout = Struct(self.order + ("IBBHQQ" if self.bits == 64 else "IIIBBH"))
        end = strings if strings > symbols else symbols + _LARGEST_SYMBOL_TABLE
        table = self._bytes(symbols, min(end - symbols, _LARGEST_SYMBOL_TABLE))
        key = Struct(self.order + "I").pack(index)
        position = table.find(key)
        while position >= 0:
            if position % layout.size == 0 and position + layout.size <= len(table):
                entry = layout.unpack_from(table, position)
                address: int = entry[4] if self.bits == 64 else entry[1]
                return address
            position = table.find(key, position + 1)
        return None

    def _table(self, tag: int) -> int | None:
        entries = self._entries(tag)
        return self._offset(entries[0]) if entries else None

    def _entries(self, tag: int) -> list[int]:
        if self._dynamic is None:
            self._dynamic = {}
            for key, value in self._dynamic_entries():
                self._dynamic.setdefault(key, []).append(value)
        return self._dynamic.get(tag, [])

    def _dynamic_entries(self) -> Iterator[tuple[int, int]]:
        layout = Struct(self.order + ("QQ" if self.bits == 64 else "II"))
        for segment in self.segments:
            if segment.kind == DYNAMIC:
                data = self._bytes(segment.offset, min(segment.length, _MOST_DYNAMIC_ENTRIES * layout.size))
                for key, value in layout.iter_unpack(data[: len(data) // layout.size * layout.size]):
                    if key == 0:
                        return
                    yield key, value

    def _string(self, index: int) -> str | None:
        base = self._table(_STRTAB)
        return None if base is None else _text(self._bytes(base + index, _LONGEST_STRING)) or None

    def _offset(self, address: int) -> int | None:
        for segment in self.loads:
            if segment.address <= address < segment.address + segment.length:
                return segment.offset + address - segment.address
        return None

    def _bytes(self, offset: int, length: int) -> bytes:
        return bytes(self.content[offset : offset + length]) if offset < len(self.content) else b""


def read_segments(content: memoryview, size: int) -> ElfSegments:
    """Read the header and the program headers. Raises `FormatError` if this is not an ELF file that can be mapped."""
    if bytes(content[:4]) != MAGIC or len(content) < 52 or content[4] not in (1, 2) or content[5] not in (1, 2):
        raise FormatError("this is not an ELF file", code="not-elf")
    bits, order = 32 * content[4], "<>"[content[5] - 1]
    header = Struct(order + ("HHIQQQIHHHHHH" if bits == 64 else "HHIIIIIHHHHHH"))
    layout = Struct(order + ("IIQQQQQQ" if bits == 64 else "IIIIIIII"))
    if len(content) < 16 + header.size:
        raise FormatError("the ELF header is cut off", code="truncated")
    _, machine, _, _, table, _, flags, _, entry_size, count, *_ = header.unpack_from(content, 16)
    elf = ElfSegments(content, size, bits, order, machine, flags)
    if count and entry_size != layout.size:
        raise FormatError(f"program headers of {entry_size} bytes are not of this ELF class", code="malformed")
    if table + min(count, _MOST_SEGMENTS) * layout.size > len(content):
        raise FormatError("the program headers are cut off", code="truncated")
    for index in range(min(count, _MOST_SEGMENTS)):
        fields = layout.unpack_from(content, table + index * layout.size)
        kind, segment_flags, offset, address, _, length, *_ = fields if bits == 64 else _reordered(fields)
        if offset <= size:
            elf.segments.append(Segment(kind, segment_flags, offset, address, min(length, size - offset)))
    return elf


def _reordered(fields: tuple[int, ...]) -> tuple[int, ...]:
    """The fields of a 32-bit program header in the order of the 64-bit ones."""
    kind, offset, address, physical, file_size, memory_size, flags, alignment = fields
    return kind, flags, offset, address, physical, file_size, memory_size, alignment


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "surrogateescape")
