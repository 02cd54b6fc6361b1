"""The dynamic section and its string table (gABI, chapter 5; the tags of GNU: elf.h of glibc)."""

from __future__ import annotations

from struct import unpack
from typing import TYPE_CHECKING

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from .mapped import MappedFile

__all__ = [
    "DT_FLAGS_1",
    "DT_GNU_HASH",
    "DT_HASH",
    "DT_MIPS_SYMTABNO",
    "DT_NEEDED",
    "DT_RPATH",
    "DT_RUNPATH",
    "DT_SONAME",
    "DT_STRSZ",
    "DT_STRTAB",
    "DT_SYMTAB",
    "DT_VERDEF",
    "DT_VERDEFNUM",
    "DT_VERNEED",
    "DT_VERNEEDNUM",
    "DT_VERSYM",
    "Dynamic",
    "StringTable",
    "read_dynamic",
]

DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SONAME, DT_RPATH, DT_RUNPATH = 1, 4, 5, 6, 10, 14, 15, 29
DT_GNU_HASH, DT_VERSYM, DT_FLAGS_1 = 0x6FFFFEF5, 0x6FFFFFF0, 0x6FFFFFFB
DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFC, 0x6FFFFFFD, 0x6FFFFFFE, 0x6FFFFFFF
DT_MIPS_SYMTABNO = 0x70000011
LARGEST = 1 << 20
"""Bytes of a dynamic section that are read: 65,536 entries of 64 bits."""
LARGEST_STRINGS = 32 << 20
USUAL_STRING, LONGEST_STRING = 1 << 7, 1 << 16
SMALL_TABLE = LONGEST_STRING
MOST_NEEDED = 1024


class Dynamic:
    """The entries of a dynamic section: the last value of each tag, and all DT_NEEDED in order."""

    def __init__(self, values: dict[int, int], needed: list[int]) -> None:
        self.values, self.needed = values, needed


def read_dynamic(file: MappedFile, offset: int, length: int) -> Dynamic:
    """The dynamic section at a file offset, up to DT_NULL. Raises `FormatError` if it is not there as a whole."""
    layout = file.layout
    count = min(length, LARGEST) // layout.dynamic_size
    section = file.slice(offset, count * layout.dynamic_size, "the dynamic section")
    words = unpack(layout.addresses % (2 * count), section)
    tags, numbers = words[::2], words[1::2]
    if 0 in tags:  # DT_NULL
        tags = tags[: tags.index(0)]
    values = dict(zip(tags, numbers, strict=False))
    needed = []
    if values.pop(DT_NEEDED, None) is not None:
        needed = [number for tag, number in zip(tags, numbers, strict=False) if tag == DT_NEEDED]
    if len(needed) > MOST_NEEDED:
        raise FormatError(f"{len(needed)} libraries are needed, {MOST_NEEDED} are allowed", code="limit")
    return Dynamic(values, needed)


class StringTable:
    """The strings that DT_STRTAB points to: a C++ library can have a hundred MB of them, and few are looked at."""

    def __init__(self, table: memoryview) -> None:
        self._table = table
        self._small = bytes(table) if len(table) <= SMALL_TABLE else None

    @classmethod
    def read(cls, file: MappedFile, dynamic: Dynamic) -> StringTable:
        """The string table of a file. Raises `FormatError` if it is not there as a whole."""
        address = dynamic.values.get(DT_STRTAB)
        if address is None:
            raise FormatError("the dynamic section names no string table", code="corrupt")
        return cls(file.at(address, dynamic.values.get(DT_STRSZ, 0), "the string table"))

    def whole(self) -> bytes:
        """All of the table, and a zero byte. Raises `FormatError` if it is too large to be taken into memory."""
        if len(self._table) > LARGEST_STRINGS:
            raise FormatError(
                f"the string table has {len(self._table)} bytes, {LARGEST_STRINGS} are allowed", code="limit"
            )
        return b"".join((self._table, b"\0"))

    def bytes(self, offset: int, what: str) -> bytes:
        """The string at an offset. Raises `FormatError` if it is outside of the table or absurdly long."""
        if self._small is not None:
            end = self._small.find(b"\0", offset)
            if end >= 0:
                return self._small[offset:end]
            raise FormatError(f"{what} is no string of the string table", code="corrupt")
        for length in (USUAL_STRING, LONGEST_STRING):
            piece = bytes(self._table[offset : offset + length])
            end = piece.find(b"\0")
            if end >= 0:
                return piece[:end]
        raise FormatError(f"{what} is no string of the string table", code="corrupt")

    def text(self, offset: int, what: str) -> str:
        """The same, decoded; bytes that are not UTF-8 are surrogate-escaped."""
        return self.bytes(offset, what).decode("utf-8", "surrogateescape")
