"""Dynamic symbols with their versions (gABI, chapter 4; Linux Standard Base Core, "Symbol Versioning").

A symbol is written as `nm -D --with-symbol-versions` prints it: `name@@VERSION` if that is the default version,
`name@VERSION` if not and where it is undefined, `name` without a version; a symbol that names a version itself is just
`VERSION`.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from itertools import compress, repeat
from struct import unpack_from
from sys import byteorder
from typing import TYPE_CHECKING

from package_extract.errors import FormatError

from .dynamic import DT_SYMTAB, DT_VERSYM
from .symbol_count import symbol_count
from .versions import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Callable

    from .dynamic import Dynamic, StringTable
    from .header import SymbolLayout
    from .mapped import MappedFile
    from .versions import Versions

__all__ = ["Symbols"]

MOST_BYTES = 32 << 20
"""Of all names of a file together."""
BATCH = 1 << 13
BATCH_BYTES = 4 << 20
STRIDE = 1 << 12
IS_SET = bytes([0, *[1] * 255])
IS_GLOBAL = bytes([*[0] * 16, *[1] * 240])
"""st_info of a symbol whose binding is STB_LOCAL is less than 16."""


class _Labels(dict[int, bytes]):
    """What stands behind a name, by the entry of DT_VERSYM; nothing for an index that is not known."""

    def __init__(self) -> None:
        self[0] = self[1] = self[HIDDEN] = self[HIDDEN | 1] = b""  # local and global without a version

    def __missing__(self, index: int) -> bytes:
        return b""


class Symbols:
    """The dynamic symbols of a file."""

    def __init__(
        self, file: MappedFile, machine: int, dynamic: Dynamic, strings: StringTable, versions: Versions
    ) -> None:
        """Raises `FormatError` if the tables are not there as a whole, or beyond measure."""
        self._layout, self._data, self._versions = file.layout, strings.whole(), versions
        self._count = symbol_count(file, machine, dynamic)
        self._table = self._indexes = memoryview(b"")
        if self._count:
            length = self._count * file.layout.symbol.size
            self._table = file.at(dynamic.values[DT_SYMTAB], length, "the symbol table")
            if DT_VERSYM in dynamic.values:
                self._indexes = file.at(dynamic.values[DT_VERSYM], 2 * self._count, "the versions of symbols")

    def exported(self) -> list[bytes]:
        """What other files can use, sorted: defined symbols that are not local."""
        labels = _Labels()
        for index, version in self._versions.needed.items():
            labels[index] = labels[index | HIDDEN] = b"@" + version  # copies of variables in programs
        for index, version in self._versions.defined.items():
            labels[index], labels[index | HIDDEN] = b"@@" + version, b"@" + version
        names = self._names(labels, _defined)
        for version in self._versions.defined.values():
            for mark in (b"@@", b"@"):
                _rename(names, version + mark + version, version)
        return names

    def undefined(self) -> list[bytes]:
        """What other files have to provide, sorted."""
        labels = _Labels()
        for index, version in {**self._versions.needed, **self._versions.defined}.items():
            labels[index] = labels[index | HIDDEN] = b"@" + version
        return self._names(labels, _undefined)

    def _names(self, labels: _Labels, choose: Callable[[bytes, SymbolLayout], bytes]) -> list[bytes]:
        """The names of the chosen symbols with their versions, sorted."""
        form = self._layout.symbol
        data, names, spent = self._data, list[bytes](), 0
        find, zero = data.find, b"\0"
        # So few at once that their names cannot take more than a few MiB before they are counted
        longest = _longest(data) + max(map(len, labels.values()), default=0)
        step = max(1, min(BATCH, BATCH_BYTES // longest))
        for start in range(0, self._count, step):
            stop = min(start + step, self._count)
            table = bytes(self._table[start * form.size : stop * form.size])
            places = array("I", table)[form.name // 4 :: form.size // 4]
            if self._layout.byte_order != byteorder:
                places.byteswap()
            indexes = (
                unpack_from(self._layout.halves % (stop - start), self._indexes, 2 * start)
                if self._indexes
                else repeat(1, stop - start)
            )
            part = [
                data[place : find(zero, place)] + labels[index]
                for place, index in compress(zip(places, indexes, strict=True), choose(table, form))
                if place
            ]
            spent += sum(map(len, part))
            if spent > MOST_BYTES:
                raise FormatError(f"the names of symbols have more than {MOST_BYTES} bytes", code="limit")
            names += part
        names.sort()
        return names


def _defined(table: bytes, form: SymbolLayout) -> bytes:
    """For each symbol, whether it is defined and not local: a byte 1 or 0. All at once, as numbers of many bits."""
    number = int.from_bytes
    is_global = number(table[form.info :: form.size].translate(IS_GLOBAL), "little")
    return (is_global & number(_has_section(table, form), "little")).to_bytes(len(table) // form.size, "little")


def _undefined(table: bytes, form: SymbolLayout) -> bytes:
    """For each symbol, whether it is undefined."""
    return _has_section(table, form).translate(bytes([1, 0]).ljust(256, b"\0"))


def _has_section(table: bytes, form: SymbolLayout) -> bytes:
    """For each symbol, whether st_shndx, a number of two bytes, is other than SHN_UNDEF, 0."""
    number = int.from_bytes
    either = number(table[form.section :: form.size], "little") | number(table[form.section + 1 :: form.size], "little")
    return either.to_bytes(len(table) // form.size, "little").translate(IS_SET)


def _longest(data: bytes) -> int:
    """A bound for the length of the strings in a table that ends with a zero byte, nearly for free."""
    longest, position = 2 * STRIDE, 0
    while position < len(data):
        if data.find(b"\0", position, position + STRIDE) < 0:
            end = data.find(b"\0", position)
            longest = max(longest, end - data.rfind(b"\0", 0, position))
            position = end
        position += STRIDE
    return longest


def _rename(names: list[bytes], name: bytes, new: bytes) -> None:
    """Replace one name in a sorted list."""
    place = bisect_left(names, name)
    if place < len(names) and names[place] == name:
        del names[place]
        insort(names, new)
