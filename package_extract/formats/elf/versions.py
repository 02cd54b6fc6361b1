"""Versions of symbols that a file defines and needs (Linux Standard Base Core, "Symbol Versioning")."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from package_extract.errors import FormatError

from .dynamic import DT_VERDEF, DT_VERDEFNUM, DT_VERNEED, DT_VERNEEDNUM

if TYPE_CHECKING:
    from .dynamic import Dynamic, StringTable
    from .mapped import MappedFile

__all__ = ["Versions", "read_definitions", "read_needs"]

VER_FLG_BASE, VER_FLG_WEAK = 1, 2
HIDDEN = 0x8000
"""The bit of an entry of DT_VERSYM that is no part of its index."""
MOST = HIDDEN
"""Indexes that there can be."""
MOST_BYTES = 4 << 20
"""Of all names together; the largest real library has some 100 KiB."""


class Versions:
    """The versions of a file, by name and by the index that DT_VERSYM uses."""

    def __init__(self) -> None:
        self.defines: list[str] = []
        """Without the base definition, which names the file itself."""
        self.requires: dict[str, dict[str, bool]] = {}
        """File -> version -> whether the need is weak, so that its absence is no error."""
        self.defined: dict[int, bytes] = {}
        """Index -> name of the versions that are defined."""
        self.needed: dict[int, bytes] = {}
        """Index -> name of the versions that are needed."""
        self.spent = 0

    def spend(self, name: bytes) -> bytes:
        """Count the bytes of a name. Raises `FormatError` if they are too many."""
        self.spent += len(name) + 16
        if self.spent > MOST_BYTES:
            raise FormatError(f"the names of versions have more than {MOST_BYTES} bytes", code="limit")
        return name


def read_definitions(file: MappedFile, dynamic: Dynamic, strings: StringTable, versions: Versions) -> None:
    """Add what the file defines. Raises `FormatError` at what is broken; what stands before that is kept."""
    address = dynamic.values.get(DT_VERDEF)
    if address is None:
        return
    form, word = file.layout.version_definition, file.layout.word
    table, place = file.rest(address, "the version definitions"), 0
    try:
        for _ in range(min(dynamic.values.get(DT_VERDEFNUM, MOST), MOST)):
            _, flags, index, parts, _, part, following = form.unpack_from(table, place)
            if parts and not flags & VER_FLG_BASE:
                (name,) = word.unpack_from(table, place + part)
                text = versions.spend(strings.bytes(name, "the name of a version"))
                versions.defined[index & ~HIDDEN] = text
                versions.defines.append(text.decode("utf-8", "surrogateescape"))
            if not following:
                return
            place += following
    except struct.error as error:
        raise FormatError("a version definition lies outside of its segment", code="corrupt") from error


def read_needs(file: MappedFile, dynamic: Dynamic, strings: StringTable, versions: Versions) -> None:
    """Add what the file needs of others. Raises `FormatError` at what is broken; what stands before that is kept."""
    address = dynamic.values.get(DT_VERNEED)
    if address is None:
        return
    form = file.layout.version_need
    table, place = file.rest(address, "the version needs"), 0
    try:
        for _ in range(min(dynamic.values.get(DT_VERNEEDNUM, MOST), MOST)):
            _, parts, name, first, following = form.unpack_from(table, place)
            library = versions.spend(strings.bytes(name, "the library of a version need"))
            needed = versions.requires.setdefault(library.decode("utf-8", "surrogateescape"), {})
            _read_parts(file, table, place + first, parts, strings, versions, needed)
            if not following:
                return
            place += following
    except struct.error as error:
        raise FormatError("a version need lies outside of its segment", code="corrupt") from error


def _read_parts(
    file: MappedFile,
    table: memoryview,
    place: int,
    count: int,
    strings: StringTable,
    versions: Versions,
    needed: dict[str, bool],
) -> None:
    """The versions that are needed of one library."""
    form = file.layout.version_need_part
    for _ in range(count):
        _, flags, index, name, following = form.unpack_from(table, place)
        text = versions.spend(strings.bytes(name, "the name of a version"))
        versions.needed[index & ~HIDDEN] = text
        version = text.decode("utf-8", "surrogateescape")
        needed[version] = bool(flags & VER_FLG_WEAK) and needed.get(version, True)
        if not following:
            return
        place += following
