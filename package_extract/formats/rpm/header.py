"""RPM header blobs, as package databases hold them (rpm's docs/manual/format_header.md; lib/header.c).

A blob has no magic. Two big-endian counts, of index entries and of data bytes, come first, then the index (tag, type,
offset, count; 16 bytes each), then the data. The first entry may be a *region*: it covers the entries that the package
was built with. What rpm added at installation follows as *dribbles*, and wins over an entry of the region.
"""

from __future__ import annotations

import struct
from typing import Final

from package_extract.errors import FormatError

__all__ = ["Header"]

# lib/header.c: hdrchkTags and hdrchkData
MAX_ENTRIES: Final = 0xFFFF
MAX_DATA: Final = 0x0FFFFFFF
# The largest arrays met have some hundred thousand elements: the files of documentation, the symbols of a kernel.
MAX_ARRAY: Final = 1 << 22

_COUNTS: Final = struct.Struct(">II")
_NUMBERS: Final = {1: "B", 2: "B", 3: "H", 4: "I", 5: "Q"}  # CHAR, INT8, INT16, INT32, INT64
_WIDTHS: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1}  # BIN too
_STRINGS: Final = frozenset((6, 8, 9))  # STRING, STRING_ARRAY, I18NSTRING


class Header:
    """One header. An absent tag is None or empty; a tag that lies about its type or place raises `FormatError`."""

    __slots__ = ("_blob", "_boundaries", "_entries", "_start")

    def __init__(self, blob: bytes) -> None:
        """`blob` is the whole value of a database record."""
        if len(blob) < _COUNTS.size:
            raise FormatError("the header is shorter than its own counts", code="corrupt-header")
        entries, length = _COUNTS.unpack_from(blob)
        if not 0 < entries <= MAX_ENTRIES or length > MAX_DATA or 8 + 16 * entries + length != len(blob):
            raise FormatError(
                f"a header of {len(blob)} bytes says {entries} entries and {length} bytes of data",
                code="corrupt-header",
            )
        index = struct.unpack_from(f">{4 * entries}I", blob, 8)
        offsets = index[2::4]
        self._blob = blob
        self._start = 8 + 16 * entries
        self._entries = dict(zip(index[0::4], zip(index[1::4], offsets, index[3::4], strict=True), strict=True))
        self._boundaries = dict(zip(ordered := sorted({*offsets, length}), ordered[1:], strict=False))

    def __contains__(self, tag: int) -> bool:
        return tag in self._entries

    def text(self, tag: int) -> str | None:
        """A string; of a translated or repeated one the first, which is the one of the C locale."""
        entry = self._entries.get(tag)
        if entry is None:
            return None
        kind, offset, count = entry
        start = self._start + offset
        end = self._blob.find(b"\0", start) if kind in _STRINGS and count else -1
        if end < 0:
            raise _broken(tag)
        return self._blob[start:end].decode("utf-8", "replace")

    def strings(self, tag: int) -> list[str]:
        """An array of strings."""
        block, count = self.string_block(tag)
        return block.decode("utf-8", "replace").split("\0")[:count]

    def string_block(self, tag: int) -> tuple[bytes, int]:
        """An array of strings as bytes with NULs between, perhaps some NULs after, and how many strings count."""
        entry = self._entries.get(tag)
        if entry is None:
            return b"", 0
        kind, offset, count = entry
        start = self._start + offset
        if kind not in _STRINGS or not 0 < count <= MAX_ARRAY:
            raise _broken(tag)
        # The data of the next tag begins where this one's ends, if entries do not overlap.
        block = self._blob[start : self._start + self._boundaries.get(offset, 0)]
        if block.count(b"\0") < count:
            block = self._blob[start:]
            if block.count(b"\0") < count:
                raise _broken(tag)
        return block, count

    def number(self, tag: int) -> int | None:
        """An unsigned integer of any width."""
        numbers = self.numbers(tag)
        return numbers[0] if numbers else None

    def numbers(self, tag: int) -> tuple[int, ...]:
        """An array of unsigned integers of any width."""
        raw = self.raw(tag)
        if not raw:
            return ()
        kind, _, count = self._entries[tag]
        if kind not in _NUMBERS:
            raise _broken(tag)
        return struct.unpack(f">{count}{_NUMBERS[kind]}", raw)

    def raw(self, tag: int) -> bytes:
        """The bytes of an array of integers (big-endian) or of a binary value."""
        entry = self._entries.get(tag)
        if entry is None:
            return b""
        kind, offset, count = entry
        start = self._start + offset
        end = start + count * _WIDTHS.get(kind, 0)
        if start == end or end > len(self._blob) or count > MAX_ARRAY:
            raise _broken(tag)
        return self._blob[start:end]


def _broken(tag: int) -> FormatError:
    return FormatError(f"tag {tag} of a header has the wrong type or lies outside of its data", code="corrupt-header")
