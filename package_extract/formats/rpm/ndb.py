"""rpm's own database of SUSE and others, `Packages.db` (lib/backend/ndb/rpmpkg.c).

A header, then 16-byte slots up to the end of the slot pages; a used slot says where a package's blob is, in blocks of
16 bytes. Around a blob: a head of 16 bytes, padding, and a tail of 12 with an Adler-32 checksum of all before it.
All numbers are little-endian.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["MAGIC", "headers"]

MAGIC: Final = b"RpmP"

_HEADER: Final = struct.Struct("<4sIII")
_SLOT: Final = struct.Struct("<4sIII")
_HEAD: Final = struct.Struct("<4sIII")
_TAIL: Final = struct.Struct("<II4s")
_HEADER_SIZE: Final = 32
_PAGE_SIZE: Final = 4096
_BLOCK_SIZE: Final = 16
_MAX_SLOT_PAGES: Final = 2048  # half a million packages


def headers(content: memoryview, report: Callable[[FormatError], None]) -> Iterator[bytes]:
    """The blobs of all packages; those that cannot be read are reported instead.

    Raises `FormatError` if the file as a whole is none that can be read.
    """
    if len(content) < _HEADER_SIZE:
        raise FormatError("the database is shorter than its header", code="truncated")
    magic, version, _, slot_pages = _HEADER.unpack_from(content)
    if magic != MAGIC or version != 0:
        raise FormatError(f"an ndb database of version {version} cannot be read; only 0 is known", code="unsupported")
    slots_end = slot_pages * _PAGE_SIZE
    if not 0 < slot_pages <= _MAX_SLOT_PAGES or slots_end > len(content):
        raise FormatError(f"the database says that its slots take {slot_pages} pages of {len(content)} bytes")
    # Blobs of a sound file do not overlap, so together they are not larger than the file.
    left = len(content)
    for number, (mark, index, offset, blocks) in enumerate(_SLOT.iter_unpack(content[_HEADER_SIZE:slots_end])):
        if mark != b"Slot":
            report(FormatError(f"slot {number} is none"))
        elif index:
            left -= blocks * _BLOCK_SIZE
            if left < 0:
                raise FormatError("the packages say that they are larger than the file")
            try:
                yield _blob(content[offset * _BLOCK_SIZE : (offset + blocks) * _BLOCK_SIZE], index, blocks)
            except FormatError as error:
                report(error)


def _blob(stored: memoryview, index: int, blocks: int) -> bytes:
    if len(stored) != blocks * _BLOCK_SIZE or len(stored) < _HEAD.size + _TAIL.size:
        raise FormatError(f"package {index} lies outside of the file", code="truncated")
    mark, found_index, _, length = _HEAD.unpack_from(stored)
    tail = len(stored) - _TAIL.size
    checksum, found_length, end_mark = _TAIL.unpack_from(stored, tail)
    if (mark, found_index, end_mark, found_length) != (b"BlbS", index, b"BlbE", length) or _HEAD.size + length > tail:
        raise FormatError(f"package {index} is not where its slot says")
    if zlib.adler32(stored[:tail]) != checksum:
        raise FormatError(f"package {index} does not have its checksum", code="checksum")
    return bytes(stored[_HEAD.size : _HEAD.size + length])
