"""What a dynamic loader reads of an ELF file: headers, dynamic section, symbols with their versions, notes.

After the System V gABI (chapters 4 and 5), the Linux Standard Base's "Symbol Versioning", and elf(5). Everything comes
from the program headers, as for the loader: section headers may be stripped or lie.
"""

from __future__ import annotations

from .data import constants, exported_integer
from .header import Header, read_header
from .machines import machine_name
from .ranges import ranges
from .reading import EXECUTABLE, SHARED_OBJECT, ElfFile, read_elf

__all__ = [
    "EXECUTABLE",
    "SHARED_OBJECT",
    "ElfFile",
    "Header",
    "constants",
    "exported_integer",
    "machine_name",
    "ranges",
    "read_elf",
    "read_header",
]
