"""Which parts of a large library have the tables that a loader reads, told from its program headers alone.

Linkers put symbol, string and version tables at the start of the first segment; patchelf and the tools built on it move
them into a segment of their own at the end of the file. The dynamic section itself has a program header.
"""

from __future__ import annotations

from package_extract.errors import FormatError

from .header import PT_DYNAMIC, PT_GNU_PROPERTY, PT_INTERP, PT_LOAD, PT_NOTE, read_header

__all__ = ["ranges"]

START = 16 << 20
"""Bytes at the start of the file that are enough where the first segment has code too, as older linkers have it."""
TABLES = 128 << 20
"""Where it has none, it may be full of tables: C++ libraries have symbol names of a hundred MB."""
LARGEST_SEGMENT = 16 << 20
SMALL = 1 << 20
MOST = 160 << 20
"""All together."""


def ranges(head: memoryview, size: int) -> list[tuple[int, int]]:
    """The (offset, length) of what `read_elf` needs of a file beside `head`, its beginning; empty if that is no ELF."""
    try:
        segments = read_header(head).segments
    except FormatError:
        return []
    small = {PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_PROPERTY}
    chosen = [(s.offset, min(s.length, SMALL)) for s in segments if s.kind in small]
    loads = sorted((s.length, s.offset) for s in segments if s.kind == PT_LOAD)
    first = max((s.length for s in segments if s.kind == PT_LOAD and s.offset == 0), default=0)
    has_code = any(s.executable for s in segments if s.kind == PT_LOAD and s.offset == 0)
    chosen.append((0, min(first, START if has_code else TABLES)))
    chosen += [(offset, length) for length, offset in loads if length <= LARGEST_SEGMENT and offset]
    kept: list[tuple[int, int]] = []
    total = 0
    for offset, length in chosen:
        length = min(length, size - offset)
        if length > 0 and total + length <= MOST:
            kept.append((offset, length))
            total += length
    return kept
