"""ld.so.cache: which file the loader of glibc opens for a name (glibc, sysdeps/generic/dl-cache.h).

Both forms are read: "glibc-ld.so.cache1.1", alone or behind the old "ld.so-1.7.0", and the old one alone.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from package_extract.errors import FormatError

__all__ = ["CacheEntry", "parse_ld_so_cache"]

OLD, NEW = b"ld.so-1.7.0\0", b"glibc-ld.so.cache1.1"
NEW_HEADER = 48
ORDER_FLAGS = 28
"""Where the new header says the byte order; caches made before glibc 2.33 do not."""
ORDERS = {b"\2": "<", b"\3": ">"}
MOST = 200_000


class CacheEntry(NamedTuple):
    """One line of `ldconfig -p`."""

    name: str
    path: str
    conditional: bool
    """Whether only some processors take it (hwcap)."""


def parse_ld_so_cache(data: bytes) -> list[CacheEntry]:
    """The entries in the order of the file. Raises `FormatError` if it is no such cache, or cut off."""
    start = data.find(NEW, 0, 1 << 24) if data.startswith((OLD, NEW)) else -1
    if start >= 0:
        return _new(data, start)
    if data.startswith(OLD):
        return _old(data)
    raise FormatError("this is no ld.so.cache", code="corrupt")


def _new(data: bytes, start: int) -> list[CacheEntry]:
    for order in ORDERS.get(data[start + ORDER_FLAGS : start + ORDER_FLAGS + 1], "<>"):
        entry = Struct(order + "iIIIQ")
        (count,) = Struct(order + "I").unpack_from(data.ljust(start + NEW_HEADER, b"\0"), start + len(NEW))
        end = start + NEW_HEADER + count * entry.size
        if count <= MOST and end <= len(data):
            rows = entry.iter_unpack(data[start + NEW_HEADER : end])
            return [
                CacheEntry(_string(data, start + name), _string(data, start + path), bool(hwcap))
                for _, name, path, _, hwcap in rows
            ]
    raise FormatError("the cache has not as many entries as it says", code="truncated")


def _old(data: bytes) -> list[CacheEntry]:
    (count,) = Struct("<I").unpack_from(data.ljust(16, b"\0"), 12)
    entry = Struct("<iII")
    strings = 16 + count * entry.size
    if count > MOST or strings > len(data):
        raise FormatError("the cache has not as many entries as it says", code="truncated")
    return [
        CacheEntry(_string(data, strings + name), _string(data, strings + path), conditional=False)
        for _, name, path in entry.iter_unpack(data[16:strings])
    ]


def _string(data: bytes, offset: int) -> str:
    end = data.find(b"\0", offset, offset + 4096)
    return data[offset : max(end, offset)].decode("utf-8", "surrogateescape")
