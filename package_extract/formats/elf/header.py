"""ELF header and program headers (gABI, chapters 4 and 5), with their form in the four kinds of files as data."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, NamedTuple

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "PT_DYNAMIC",
    "PT_GNU_PROPERTY",
    "PT_INTERP",
    "PT_LOAD",
    "PT_NOTE",
    "Header",
    "Layout",
    "Segment",
    "read_header",
]

PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_PROPERTY = 1, 2, 3, 4, 0x6474E553
PF_X = 1
KEPT = frozenset((PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE, PT_GNU_PROPERTY))
IDENTIFICATION = 16
MOST_SEGMENTS = 4096


class SymbolLayout(NamedTuple):
    """Where the parts of a symbol lie, in bytes."""

    size: int
    name: int
    info: int
    section: int


class Layout:
    """How the structures lie in files of one class and byte order."""

    def __init__(self, bits: int, byte_order: str) -> None:
        wide = bits == 64
        order = "<" if byte_order == "little" else ">"
        self.bits, self.byte_order = bits, byte_order
        self.header = Struct(order + ("HH4x8xQ8xI2xHH" if wide else "HH4x4xI4xI2xHH"))
        """e_type, e_machine, e_phoff, e_flags, e_phentsize, e_phnum; behind the identification."""
        self.segment = Struct(order + ("IIQQ8xQ16x" if wide else "III4xI4xI4x"))
        """p_type, p_offset, p_vaddr, p_filesz, p_flags; in 64-bit files p_flags comes second."""
        self.addresses = order + ("%dQ" if wide else "%dI")
        self.dynamic_size = bits // 4
        """Of one entry: d_tag and d_val, each as wide as an address."""
        self.symbol = SymbolLayout(24, 0, 4, 6) if wide else SymbolLayout(16, 0, 12, 14)
        self.words = order + "%dI"
        self.halves = order + "%dH"
        self.word = Struct(order + "I")
        self.version_definition = Struct(order + "HHHHIII")
        """vd_version, vd_flags, vd_ndx, vd_cnt, vd_hash, vd_aux, vd_next."""
        self.version_need = Struct(order + "HHIII")
        """vn_version, vn_cnt, vn_file, vn_aux, vn_next."""
        self.version_need_part = Struct(order + "IHHII")
        """vna_hash, vna_flags, vna_other, vna_name, vna_next."""
        self.note = Struct(order + "III")
        """n_namesz, n_descsz, n_type."""


LAYOUTS = {
    (kind, order): Layout(bits, name)
    for kind, bits in ((1, 32), (2, 64))
    for order, name in ((1, "little"), (2, "big"))
}


class Segment(NamedTuple):
    """One program header; offsets and lengths in bytes."""

    kind: int
    offset: int
    address: int
    length: int
    flags: int
    """p_flags: readable, writable, executable."""

    @property
    def executable(self) -> bool:
        """Whether it has code."""
        return bool(self.flags & PF_X)


class Header(NamedTuple):
    """What the first bytes of an ELF file say."""

    layout: Layout
    kind: int
    """e_type."""
    machine: int
    """e_machine."""
    flags: int
    """e_flags."""
    segments: Sequence[Segment]
    """Those of the kinds that are read: the PT_ constants of this module."""
    complete: bool
    """Whether all program headers could be read."""


def read_header(content: memoryview) -> Header:
    """The headers of an ELF file. Raises `FormatError` if it is none, or too short to be one."""
    if bytes(content[:4]) != b"\x7fELF":
        raise FormatError("this is no ELF file", code="no-elf")
    layout = LAYOUTS.get((content[4], content[5])) if len(content) >= IDENTIFICATION else None
    if layout is None:
        raise FormatError("the ELF header has no valid class or byte order", code="corrupt")
    if len(content) < IDENTIFICATION + layout.header.size:
        raise FormatError("the file ends within its ELF header", code="truncated")
    kind, machine, offset, flags, size, count = layout.header.unpack_from(content, IDENTIFICATION)
    segment = layout.segment
    if count and size != segment.size:
        raise FormatError(f"a program header has {size} bytes instead of {segment.size}", code="corrupt")
    room = max(0, len(content) - offset) // segment.size
    readable = min(count, room, MOST_SEGMENTS)
    table = content[offset : offset + readable * segment.size]
    rows = segment.iter_unpack(table) if readable else ()
    if layout.bits == 64:
        segments = [Segment(row[0], row[2], row[3], row[4], row[1]) for row in rows if row[0] in KEPT]
    else:
        segments = [Segment(*row) for row in rows if row[0] in KEPT]
    return Header(layout, kind, machine, flags, segments, readable == count)
