"""The central directory of a ZIP archive that is read in pieces, and one member at a time.

APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16 (its ends) and
4.5.3 (ZIP64 extra field). Made for wheels that are read over the network: `locate` says from the last bytes of the
archive where its directory is, `read_directory` lists it, `member` takes one member out of its bytes.
"""

from __future__ import annotations

import zlib
from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Member", "locate", "member", "read_directory"]

_END = Struct("<4s8xIIH")  # signature, size and offset of the directory, length of the comment
_LOCATOR = Struct("<4s4xQ4x")  # signature, offset of the ZIP64 end
_END64 = Struct("<4s36xQQ")  # signature, size and offset of the directory
_CENTRAL = Struct("<4s6xH4xIIIHHH8xI")  # signature, method, CRC, sizes, lengths of name, extra and comment, offset
_LOCAL = Struct("<4s22xHH")  # signature, lengths of name and extra
_LONGEST_COMMENT = 0xFFFF
_ELSEWHERE = 0xFFFFFFFF
_STORED, _DEFLATED = 0, 8
_MOST_MEMBERS = 1 << 20


class Member(NamedTuple):
    """One entry of the directory."""

    name: str
    method: int
    crc: int
    compressed_size: int
    size: int
    offset: int
    """Of its local header in the archive."""
    header_size: int
    """The size of its local header, if that has the extra fields of the directory's entry; often it has others."""


def locate(tail: bytes, size: int) -> tuple[int, int]:
    """Offset and size of the directory, from the last bytes of an archive of `size` bytes."""
    end = tail.rfind(b"PK\x05\x06", max(0, len(tail) - _LONGEST_COMMENT - _END.size))
    if end < 0 or end + _END.size > len(tail):
        raise _corrupt("it has no end of the central directory")
    _, length, offset, _ = _END.unpack_from(tail, end)
    if _ELSEWHERE in (length, offset):
        length, offset = _locate64(tail, end, size)
    if offset + length > size:
        raise _corrupt("its central directory ends outside of it")
    return offset, length


def _locate64(tail: bytes, end: int, size: int) -> tuple[int, int]:
    place = end - _LOCATOR.size
    if place < 0 or not tail.startswith(b"PK\x06\x07", place):
        raise _corrupt("it has no ZIP64 locator")
    _, record = _LOCATOR.unpack_from(tail, place)
    start = record - (size - len(tail))
    if start < 0 or start + _END64.size > len(tail) or not tail.startswith(b"PK\x06\x06", start):
        raise _corrupt("its ZIP64 end is not where it should be")
    _, length, offset = _END64.unpack_from(tail, start)
    return length, offset


def read_directory(data: bytes) -> Iterator[Member]:
    """The members that the bytes of a central directory list."""
    position = count = 0
    while position + _CENTRAL.size <= len(data):
        entry = _CENTRAL.unpack_from(data, position)
        signature, method, crc, packed, size, name_length, extra_length, comment_length, offset = entry
        count += 1
        if signature != b"PK\x01\x02" or count > _MOST_MEMBERS:
            raise _corrupt("its central directory is damaged")
        start = position + _CENTRAL.size
        extra = start + name_length
        if _ELSEWHERE in (packed, size, offset):
            size, packed, offset = _sizes64(data[extra : extra + extra_length], size, packed, offset)
        name = data[start:extra].decode("utf-8", "replace")
        yield Member(name, method, crc, packed, size, offset, _LOCAL.size + name_length + extra_length)
        position = extra + extra_length + comment_length


def _sizes64(extra: bytes, *values: int) -> tuple[int, ...]:
    position = 0
    while position + 4 <= len(extra):
        kind = int.from_bytes(extra[position : position + 2], "little")
        length = int.from_bytes(extra[position + 2 : position + 4], "little")
        field = extra[position + 4 : position + 4 + length]
        if kind == 1:
            wide = iter(int.from_bytes(field[at : at + 8], "little") for at in range(0, len(field) - 7, 8))
            return tuple(next(wide, value) if value == _ELSEWHERE else value for value in values)
        position += 4 + length
    return values


def member(entry: Member, data: bytes, limit: int) -> bytes | None:
    """The content of a member out of the archive's bytes from `entry.offset` on; None if `data` ends too early.

    Raises FormatError if it is damaged, has more than `limit` bytes, or is compressed by another method than deflate.
    """
    if len(data) < _LOCAL.size:
        return None
    signature, name_length, extra_length = _LOCAL.unpack_from(data)
    if signature != b"PK\x03\x04":
        raise _corrupt("a member is not where it should be")
    start = _LOCAL.size + name_length + extra_length
    if start + entry.compressed_size > len(data):
        return None
    if entry.size > limit:
        raise _corrupt("a member is larger than it may be")
    packed = data[start : start + entry.compressed_size]
    content = _inflated(packed, entry.method, limit)
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise _corrupt("a member is not what its checksum says")
    return content


def _inflated(packed: bytes, method: int, limit: int) -> bytes:
    if method == _STORED:
        return packed
    if method != _DEFLATED:
        raise _corrupt(f"a member is compressed by the unknown method {method}")
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit + 1)
    except zlib.error as error:
        raise _corrupt("a member cannot be decompressed") from error


def _corrupt(reason: str) -> FormatError:
    return FormatError(f"the ZIP archive is damaged: {reason}", code="corrupt-zip")
