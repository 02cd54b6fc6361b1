"""Notes: which kernel a file wants (.note.ABI-tag) and which x86-64 level (GNU properties; x86-64 psABI, chapter 4)."""

from __future__ import annotations

from functools import lru_cache
from struct import unpack_from
from typing import TYPE_CHECKING, NamedTuple

from package_extract.errors import FormatError

from .header import PT_GNU_PROPERTY, PT_NOTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .header import Layout, Segment
    from .mapped import MappedFile

__all__ = ["Notes", "read_notes"]

GNU = b"GNU\0"
READ = NT_GNU_ABI_TAG, NT_GNU_PROPERTY = 1, 5
ISA_NEEDED = 0xC0008002
SYSTEMS = {0: "Linux", 1: "Hurd", 2: "Solaris", 3: "FreeBSD"}
LARGEST = 1 << 16
"""Bytes of a segment of notes that are read."""
MOST = 256


class Notes(NamedTuple):
    """What the notes of a file say."""

    system: str | None = None
    """Operating system and its least version, for example "Linux 3.2.0"."""
    isa_level: int | None = None
    """The x86-64 level that a processor must have: 1 to 4."""


def read_notes(file: MappedFile, segments: Sequence[Segment]) -> Notes:
    """The notes of a file; those that are cut off or broken are left out."""
    system, level = None, None
    for segment in segments:
        if segment.kind in (PT_NOTE, PT_GNU_PROPERTY):
            try:
                data = bytes(file.slice(segment.offset, min(segment.length, LARGEST), "the notes"))
            except FormatError:
                continue
            found = _read(data, file.layout, 8 if segment.kind == PT_GNU_PROPERTY and file.layout.bits == 64 else 4)
            system, level = found.system or system, found.isa_level or level
    return Notes(system, level)


@lru_cache(maxsize=64)  # but for their build ID, all files of a distribution have the same
def _read(data: bytes, layout: Layout, alignment: int) -> Notes:
    system, level = None, None
    for kind, description in _notes(data, layout, alignment):
        if kind == NT_GNU_ABI_TAG and len(description) >= 4 * layout.word.size:
            name, *version = unpack_from(layout.words % 4, description)
            system = f"{SYSTEMS.get(name, name)} {'.'.join(map(str, version))}"
        elif kind == NT_GNU_PROPERTY:
            level = _isa_level(description, layout) or level
    return Notes(system, level)


def _notes(data: bytes, layout: Layout, alignment: int) -> list[tuple[int, bytes]]:
    """Type and description of those notes of GNU that are read."""
    found = []
    position, head, length = 0, layout.note, len(data)
    for _ in range(MOST):
        if position + head.size > length:
            break
        name_size, size, kind = head.unpack_from(data, position)
        name_at = position + head.size
        start = name_at + (name_size + 3) // 4 * 4
        end = start + size
        if end > length:
            break
        if kind in READ and data[name_at : name_at + name_size] == GNU:
            found.append((kind, data[start:end]))
        position = _aligned(end, alignment)
    return found


def _isa_level(properties: bytes, layout: Layout) -> int | None:
    """The highest bit of GNU_PROPERTY_X86_ISA_1_NEEDED."""
    position, word = 0, layout.word
    if word.pack(ISA_NEEDED) not in properties:
        return None
    while position + 2 * word.size <= len(properties):
        (kind,) = word.unpack_from(properties, position)
        (size,) = word.unpack_from(properties, position + word.size)
        start = position + 2 * word.size
        if kind == ISA_NEEDED and size >= word.size and start + size <= len(properties):
            return int(word.unpack_from(properties, start)[0]).bit_length() or None
        position = start + _aligned(size, layout.bits // 8)
    return None


def _aligned(length: int, alignment: int) -> int:
    return (length + alignment - 1) // alignment * alignment
