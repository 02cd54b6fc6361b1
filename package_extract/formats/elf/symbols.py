"""Dynamic symbols with their versions (gABI, chapter 4; Linux Standard Base Core, "Symbol Versioning").

A symbol is written as `nm -D --with-symbol-versions` prints it: `name@@VERSION` if that is the default version,
`name@VERSION` if not and where it is undefined, `name` without a version; a symbol that names a version itself is just
`VERSION`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import repeat
from struct import unpack
from typing import TYPE_CHECKING

from package_extract.errors import FormatError

from .dynamic import DT_SYMTAB, DT_VERSYM
from .symbol_count import symbol_count
from .versions import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .dynamic import Dynamic, StringTable
    from .mapped import MappedFile
    from .versions import Versions

__all__ = ["Symbols"]

MOST_BYTES = 32 << 20
"""Of all names of a file together."""
BATCH = 1 << 13
BATCH_BYTES = 4 << 20
STRIDE = 1 << 12
LOCAL = 15
"""st_info of a symbol whose binding is STB_LOCAL is at most this."""

Row = tuple[tuple[int, int, int], int]
"""((st_name, st_info, st_shndx), entry of DT_VERSYM)."""


class _Labels(dict[int, bytes]):
    """What stands behind a name, by the entry of DT_VERSYM; nothing for an index that is not known."""

    def __missing__(self, index: int) -> bytes:
        return b""


class Symbols:
    """The dynamic symbols of a file."""

    def __init__(
        self, file: MappedFile, machine: int, dynamic: Dynamic, strings: StringTable, versions: Versions
    ) -> None:
        """Raises `FormatError` if the tables are not there as a whole, or beyond measure."""
        self._layout, self._data, self._versions = file.layout, strings.data, versions
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
        data, zero, names = self._data, b"\0", list[bytes]()
        spent, find = 0, data.find
        for rows in self._batches(labels):
            part = [
                data[name : find(zero, name)] + labels[index]
                for (name, info, section), index in rows
                if section and info > LOCAL and name
            ]
            spent = _within_limit(spent, part)
            names += part
        names.sort()
        for version in self._versions.defined.values():
            for mark in (b"@@", b"@"):
                _rename(names, version + mark + version, version)
        return names

    def undefined(self) -> list[bytes]:
        """What other files have to provide, sorted."""
        labels = _Labels()
        for index, version in {**self._versions.needed, **self._versions.defined}.items():
            labels[index] = labels[index | HIDDEN] = b"@" + version
        data, zero, names = self._data, b"\0", list[bytes]()
        spent, find = 0, data.find
        for rows in self._batches(labels):
            part = [
                data[name : find(zero, name)] + labels[index]
                for (name, _, section), index in rows
                if name and not section
            ]
            spent = _within_limit(spent, part)
            names += part
        names.sort()
        return names

    def _batches(self, labels: _Labels) -> Iterator[Iterable[Row]]:
        """The symbols in pieces so small that their names cannot take more than a few MiB each."""
        longest = _longest(self._data) + max(map(len, labels.values()), default=0)
        step = max(1, min(BATCH, BATCH_BYTES // longest))
        form = self._layout.symbol
        for start in range(0, self._count, step):
            stop = min(start + step, self._count)
            table = form.iter_unpack(self._table[start * form.size : stop * form.size])
            if self._indexes:
                indexes = unpack(self._layout.halves % (stop - start), self._indexes[2 * start : 2 * stop])
                yield zip(table, indexes, strict=True)
            else:
                yield zip(table, repeat(1))


def _within_limit(spent: int, names: list[bytes]) -> int:
    spent += sum(map(len, names))
    if spent > MOST_BYTES:
        raise FormatError(f"the names of symbols have more than {MOST_BYTES} bytes", code="limit")
    return spent


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
