"""Tiny ELF files that look like Python interpreters and C libraries to those who read them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

MACHINES = {
    "x86_64": (62, 64, "<", 0),
    "i686": (3, 32, "<", 0),
    "aarch64": (183, 64, "<", 0),
    "armv7l": (40, 32, "<", 0x5000400),
    "armel": (40, 32, "<", 0x5000200),
    "ppc64le": (21, 64, "<", 2),
    "s390x": (22, 64, ">", 0),
    "riscv64": (243, 64, "<", 5),
}
PAGE = 0x1000


@dataclass
class Binary:
    """What the file shall have; `build` writes it."""

    machine: str = "x86_64"
    interpreter: str | None = "/lib64/ld-linux-x86-64.so.2"
    needed: list[str] = field(default_factory=lambda: ["libc.so.6"])
    runpath: str | None = None
    py_version: int | None = None
    """Value of the exported variable `Py_Version`."""
    constants: list[bytes] = field(default_factory=list)
    """Strings of the read-only data, each between zero bytes."""
    code: int = 0
    """Bytes of code between the tables and the constants."""
    one_segment: bool = False
    """Whether code and constants are in one segment, as older linkers have it."""

    def build(self) -> bytes:
        number, bits, order, flags = MACHINES[self.machine]
        wide = bits == 64
        names = [*self.needed, *([self.runpath] if self.runpath else []), "Py_Version", "x"]
        strings, places = b"\0", {}
        for name in names:
            places[name] = len(strings)
            strings += name.encode() + b"\0"
        interpreter = (self.interpreter or "").encode() + b"\0"
        start = 1024
        symbols = start + len(interpreter) + (-len(interpreter)) % 16
        symbol = struct.Struct(order + ("IBBHQQ" if wide else "IIIBBH"))
        names_at = symbols + 3 * symbol.size
        tables_end = names_at + len(strings)
        data_at = (tables_end + self.code + PAGE - 1) // PAGE * PAGE
        constants = b"\0" + b"\0".join(self.constants) + b"\0"
        constants += bytes(-len(constants) % 16)
        word = struct.Struct(order + ("Q" if wide else "I"))
        value_at = data_at + len(constants)
        constants += word.pack(self.py_version or 0)
        dynamic_at = value_at + word.size + (-(value_at + word.size)) % 16
        entry = struct.Struct(order + ("QQ" if wide else "II"))
        entries = [(1, places[name]) for name in self.needed]
        entries += [(29, places[self.runpath])] if self.runpath else []
        entries += [(5, names_at), (6, symbols), (10, len(strings)), (0, 0)]
        dynamic = b"".join(entry.pack(*one) for one in entries)
        rows = [bytes(symbol.size)]
        for name, address in (("x", data_at), ("Py_Version", value_at)):
            shown = name if self.py_version is not None or name == "x" else "x"
            fields = (places[shown], 0x11, 0, 1, address, 8) if wide else (places[shown], address, 8, 0x11, 0, 1)
            rows.append(symbol.pack(*fields))
        size = dynamic_at + len(dynamic)
        if self.one_segment:
            loads = [(1, 5, 0, dynamic_at), (1, 6, dynamic_at, len(dynamic))]
        else:
            loads = [
                (1, 4, 0, tables_end),
                (1, 5, tables_end, self.code),
                (1, 4, data_at, dynamic_at - data_at),
                (1, 6, dynamic_at, len(dynamic)),
            ]
        segments = [*loads, (2, 6, dynamic_at, len(dynamic))]
        segments += [(3, 4, start, len(interpreter))] if self.interpreter else []
        data = bytearray(size)
        data[:16] = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
        head = struct.Struct(order + ("HHIQQQIHHHHHH" if wide else "HHIIIIIHHHHHH"))
        row = struct.Struct(order + ("IIQQQQQQ" if wide else "IIIIIIII"))
        head.pack_into(data, 16, 3, number, 1, 0, 64, 0, flags, 64 if wide else 52, row.size, len(segments), 0, 0, 0)
        for index, (kind, rights, offset, length) in enumerate(segments):
            wide_row = (kind, rights, offset, offset, offset, length, length, PAGE)
            narrow_row = (kind, offset, offset, offset, length, length, rights, PAGE)
            row.pack_into(data, 64 + index * row.size, *(wide_row if wide else narrow_row))
        data[start : start + len(interpreter)] = interpreter
        data[symbols:names_at] = b"".join(rows)
        data[names_at:tables_end] = strings
        data[data_at : data_at + len(constants)] = constants
        data[dynamic_at:size] = dynamic
        return bytes(data)


def cpython(version: str, machine: str = "x86_64", **more: object) -> bytes:
    """A statically linked CPython of a version like "3.11.2"."""
    major, minor, micro = map(int, version.split("."))
    triplet = {"i686": "i386", "armv7l": "arm", "ppc64le": "powerpc64le"}.get(machine, machine)
    suffix = f".cpython-{major}{minor}-{triplet}-linux-gnu.so".encode()
    settings: dict[str, object] = {"constants": [b"Python %.80s", version.encode(), suffix, b"3.2.0"], **more}
    if (major, minor) >= (3, 11):
        settings.setdefault("py_version", major << 24 | minor << 16 | micro << 8 | 0xF0)
    return Binary(machine=machine, **settings).build()  # type: ignore[arg-type]


def glibc(version: str, machine: str = "x86_64") -> bytes:
    """A libc.so.6 of a version like "2.36"."""
    banner = f"GNU C Library (Distribution) stable release version {version}.\nCopyright".encode()
    names = [f"GLIBC_2.{minor}".encode() for minor in (2, 17, int(version.split(".")[1]))]
    return Binary(machine=machine, interpreter=None, needed=[], constants=[b"GLIBC_PRIVATE", *names, banner]).build()


def musl(version: str, machine: str = "x86_64") -> bytes:
    """A loader of musl of a version like "1.2.3"."""
    constants = [f"musl libc ({machine})\nVersion %s\n".encode(), version.encode()]
    return Binary(machine=machine, interpreter=None, needed=[], constants=constants).build()
