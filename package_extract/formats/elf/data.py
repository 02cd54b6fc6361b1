"""The data that a program brings with it: its constants, and the values of variables that it exports."""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING

from package_extract.errors import FormatError

from .dynamic import DT_SYMTAB, StringTable, read_dynamic
from .header import PT_DYNAMIC, PT_LOAD
from .mapped import MappedFile

if TYPE_CHECKING:
    from .header import Header, Segment

__all__ = ["constants", "exported_integer"]

PF_W = 2
MOST_SYMBOL_BYTES = 16 << 20


def constants(header: Header) -> list[Segment]:
    """The mapped segments that hold data: all but code, unless code and constants share one segment."""
    loads = [segment for segment in header.segments if segment.kind == PT_LOAD and segment.length]
    data = [segment for segment in loads if not segment.executable]
    return data if any(not segment.flags & PF_W for segment in data) else loads


def exported_integer(content: memoryview, header: Header, name: str) -> int | None:
    """The value of an exported variable of the type `unsigned long`; None if there is none, or it is not at hand."""
    file = MappedFile(content, header, None)
    sections = [segment for segment in header.segments if segment.kind == PT_DYNAMIC and segment.length]
    try:
        dynamic = read_dynamic(file, sections[0].offset, sections[0].length)
        strings = StringTable.read(file, dynamic)
        symbols = file.rest(dynamic.values[DT_SYMTAB], "the symbol table")
        address = _address(file, bytes(symbols[:MOST_SYMBOL_BYTES]), strings.whole(), name)
        width = file.layout.bits // 8
        value = file.at(address, width, f"the variable {name}") if address else b""
    except (FormatError, LookupError):  # told by those who read all of the file
        return None
    return int.from_bytes(value, "little" if file.layout.byte_order == "little" else "big") if value else None


def _address(file: MappedFile, symbols: bytes, strings: bytes, name: str) -> int | None:
    """The value of the symbol of a name: looked up by the place of its name, which several symbols cannot share."""
    wanted = name.encode() + b"\0"
    place = strings.find(b"\0" + wanted) + 1 or strings.find(wanted)
    if place <= 0:
        return None
    wide = file.layout.bits == 64
    order = "<" if file.layout.byte_order == "little" else ">"
    value = Struct(order + ("8xQ" if wide else "4xI"))
    key, size = file.layout.word.pack(place), file.layout.symbol.size
    position = symbols.find(key)
    while position >= 0:
        if position % size == 0 and position + size <= len(symbols):
            address: int = value.unpack_from(symbols, position)[0]
            return address
        position = symbols.find(key, position + 1)
    return None
