"""A few small members of a ZIP archive that is in memory, found through its central directory.

APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.16 (its end). Made for
zipped Python eggs: only the names asked for are looked at, stored or deflated, and every length is checked before use.
"""

from __future__ import annotations

import zlib
from struct import Struct
from typing import TYPE_CHECKING

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_members"]

_END = Struct("<4s8xIIH")  # signature, size and offset of the central directory, length of the comment
_CENTRAL = Struct("<4s6xH8xIIHHH8xI")  # signature, method, sizes, lengths of name, extra and comment, offset
_LOCAL = Struct("<4s22xHH")  # signature, lengths of name and extra
_LONGEST_COMMENT = 0xFFFF
_STORED, _DEFLATED = 0, 8


def read_members(data: bytes, names: frozenset[str], limit: int = 1 << 20) -> dict[str, bytes]:
    """The content of those members of `names` that are there, each cut after `limit` bytes."""
    found = {}
    for name, method, compressed_size, offset in _central_directory(data):
        if name in names:
            found[name] = _content(data, method, compressed_size, offset, limit)
    return found


def _central_directory(data: bytes) -> Iterator[tuple[str, int, int, int]]:
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - _LONGEST_COMMENT - _END.size))
    if end < 0 or end + _END.size > len(data):
        raise _corrupt("it has no end of the central directory")
    _, size, _, _ = _END.unpack_from(data, end)
    position = end - size  # not the offset as written: bytes may stand before the archive
    if position < 0:
        raise _corrupt("its central directory is larger than the archive")
    shift = position - _END.unpack_from(data, end)[2]
    while position + _CENTRAL.size <= end:
        entry = _CENTRAL.unpack_from(data, position)
        signature, method, compressed_size, _, name_length, extra_length, comment_length, offset = entry
        if signature != b"PK\x01\x02":
            raise _corrupt("its central directory is damaged")
        start = position + _CENTRAL.size
        name = data[start : start + name_length].decode("utf-8", "replace")
        yield name, method, compressed_size, offset + shift
        position = start + name_length + extra_length + comment_length


def _content(data: bytes, method: int, compressed_size: int, offset: int, limit: int) -> bytes:
    if offset < 0 or offset + _LOCAL.size > len(data):
        raise _corrupt("a member begins outside of it")
    signature, name_length, extra_length = _LOCAL.unpack_from(data, offset)
    start = offset + _LOCAL.size + name_length + extra_length
    if signature != b"PK\x03\x04" or start + compressed_size > len(data):
        raise _corrupt("a member ends outside of it")
    packed = data[start : start + compressed_size]
    if method == _STORED:
        return packed[:limit]
    if method != _DEFLATED:
        raise _corrupt(f"a member is compressed by the unknown method {method}")
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, limit)
    except zlib.error as error:
        raise _corrupt("a member cannot be decompressed") from error


def _corrupt(reason: str) -> FormatError:
    return FormatError(f"the ZIP archive is damaged: {reason}", code="corrupt-zip")
