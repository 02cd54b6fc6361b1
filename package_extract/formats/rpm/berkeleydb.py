"""Berkeley DB hash databases of rpm before 4.16 (libdb's src/dbinc/db_page.h and src/dbinc/hash.h).

Page 0 holds metadata; every number is in the byte order of the machine that wrote the file. Hash pages hold pairs of
items, key and value. A value is inline or, mostly, on a chain of overflow pages. Keys are header numbers; key 0 is
rpm's own counter. Versions 8 and 9 differ in the order of the items within a page, 7 and 8 in nothing met here.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["BTREE_MAGIC", "HASH_MAGIC", "MAGIC_OFFSET", "headers"]

MAGIC_OFFSET: Final = 12
HASH_MAGIC: Final = 0x00061561
BTREE_MAGIC: Final = 0x00053162

_VERSIONS: Final = (7, 8, 9)
_PAGE_SIZES: Final = frozenset(1 << bits for bits in range(9, 17))
_HASH_PAGES: Final = (2, 13)  # P_HASH_UNSORTED until version 8, P_HASH
_OVERFLOW_PAGE: Final = 7
_PAGE_TYPE: Final = 25
_PAGE_HEADER: Final = 26
_KEY_DATA: Final = 1
_OFF_PAGE: Final = 3
_COUNTER_KEY: Final = bytes(4)


def headers(content: memoryview, report: Callable[[FormatError], None]) -> Iterator[bytes]:
    """The values of all records but the counter; records that cannot be read are reported instead.

    Raises `FormatError` if the file as a whole is none that can be read.
    """
    return _HashDatabase(content, report).values()


class _HashDatabase:
    """One file: its byte order and page size, and how many more pages the chains may take."""

    def __init__(self, content: memoryview, report: Callable[[FormatError], None]) -> None:
        if len(content) < 512:
            raise FormatError("the database is shorter than its metadata", code="truncated")
        order = "<" if struct.unpack_from("<I", content, MAGIC_OFFSET)[0] in (HASH_MAGIC, BTREE_MAGIC) else ">"
        magic, version, page_size, encryption, _, flags = struct.unpack_from(f"{order}IIIBBB", content, MAGIC_OFFSET)
        if magic != HASH_MAGIC or version not in _VERSIONS or encryption or flags:
            kind = {HASH_MAGIC: "hash", BTREE_MAGIC: "B-tree"}.get(magic, "other")
            raise FormatError(
                f"a Berkeley DB {kind} file of version {version}, encryption {encryption} and flags {flags} cannot be"
                " read; only plain hash files of version 7 to 9 can",
                code="unsupported",
            )
        if page_size not in _PAGE_SIZES:
            raise FormatError(f"the database says that its pages have {page_size} bytes")
        last_page = struct.unpack_from(f"{order}I", content, 32)[0]
        self._content = content
        self._page_size = page_size
        self._pages = len(content) // page_size
        self._order = order
        self._off_page = struct.Struct(f"{order}II")
        self._page_links = struct.Struct(f"{order}IHHBB")
        self._report = report
        # Chains of a sound file share no page; of a broken one, one may run through those of another.
        self._visits_left = 2 * self._pages
        # Version 7 does not say how many pages there are.
        if version > 7 and last_page >= self._pages:
            message = f"the database has {self._pages} pages of the {last_page + 1} that it says"
            report(FormatError(message, code="truncated"))

    def values(self) -> Iterator[bytes]:
        page_types = bytes(self._content[_PAGE_TYPE :: self._page_size])
        for number in range(1, self._pages):
            if page_types[number] in _HASH_PAGES:
                yield from self._values_of(number)

    def _values_of(self, number: int) -> Iterator[bytes]:
        size = self._page_size
        page = self._content[number * size : (number + 1) * size]
        (count,) = struct.unpack_from(f"{self._order}H", page, 20)
        items_start = _PAGE_HEADER + 2 * count
        if count % 2 or items_start > size:
            return self._report(FormatError(f"hash page {number} says that it has {count} items"))
        offsets = struct.unpack_from(f"{self._order}{count}H", page, _PAGE_HEADER)
        for key, value, key_end in zip(offsets[0::2], offsets[1::2], (size, *offsets[1::2]), strict=False):
            if not items_start <= value < key < key_end:
                self._report(FormatError(f"an item of hash page {number} is not where the page says"))
            elif page[key + 1 : key_end] != _COUNTER_KEY:
                try:
                    yield self._value(page[value:key])
                except FormatError as error:
                    self._report(FormatError(f"{error} (hash page {number})", code=error.code))
        return None

    def _value(self, item: memoryview) -> bytes:
        if item[0] == _KEY_DATA:
            return bytes(item[1:])
        if item[0] != _OFF_PAGE or len(item) < 12:
            raise FormatError(f"a value is of type {item[0]} and {len(item)} bytes long, which rpm does not write")
        return self._chain(*self._off_page.unpack_from(item, 4))

    def _chain(self, number: int, length: int) -> bytes:
        """The value of `length` bytes that begins on overflow page `number`."""
        if length > len(self._content):
            raise FormatError(f"a value says that it has {length} bytes, more than the whole file")
        size, links, content = self._page_size, self._page_links, self._content
        chunks: list[memoryview] = []
        seen: set[int] = set()
        while length > 0:
            start = number * size
            if not 0 < number < self._pages or number in seen or self._visits_left <= 0:
                raise FormatError("a value lies on overflow pages that end too early or run in circles")
            self._visits_left -= 1
            seen.add(number)
            number, _, used, _, kind = links.unpack_from(content, start + 16)
            used = min(used, length, size - _PAGE_HEADER)
            if kind != _OVERFLOW_PAGE or not used:
                raise FormatError("a value lies on a page that is no overflow page")
            chunks.append(content[start + _PAGE_HEADER : start + _PAGE_HEADER + used])
            length -= used
        return b"".join(chunks)
