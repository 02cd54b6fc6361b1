"""How many dynamic symbols there are: no tag says it, the hash tables do (gABI, chapter 5; DT_GNU_HASH: glibc)."""

from __future__ import annotations

from struct import Struct, unpack
from typing import TYPE_CHECKING

from package_extract.errors import FormatError

from .dynamic import (
    DT_GNU_HASH,
    DT_HASH,
    DT_MIPS_SYMTABNO,
    DT_STRTAB,
    DT_SYMTAB,
    DT_VERDEF,
    DT_VERNEED,
    DT_VERSYM,
)

if TYPE_CHECKING:
    from .dynamic import Dynamic
    from .mapped import MappedFile

__all__ = ["MOST_SYMBOLS", "symbol_count"]

MOST_SYMBOLS = 1 << 19
WIDE_HASH = {22, 0x9026}
"""Machines whose 64-bit DT_HASH has entries of eight bytes: s390x and alpha."""
MIPS = 8
NEIGHBOURS = (DT_STRTAB, DT_HASH, DT_GNU_HASH, DT_VERSYM, DT_VERDEF, DT_VERNEED)


def symbol_count(file: MappedFile, machine: int, dynamic: Dynamic) -> int:
    """The number of dynamic symbols, the first and empty one included. Raises `FormatError` for one beyond measure."""
    values = dynamic.values
    if DT_SYMTAB not in values:
        return 0
    if DT_HASH in values:
        count = _of_hash(file, values[DT_HASH], wide=machine in WIDE_HASH and file.layout.bits == 64)
    elif machine == MIPS and DT_MIPS_SYMTABNO in values:
        count = values[DT_MIPS_SYMTABNO]
    else:
        count = _of_gnu_hash(file, values[DT_GNU_HASH]) if DT_GNU_HASH in values else 0
        # A table without exported symbols says nothing about those that are undefined
        count = count or _up_to_neighbour(file, values)
    if count > MOST_SYMBOLS:
        raise FormatError(f"there are {count} dynamic symbols, {MOST_SYMBOLS} are allowed", code="limit")
    return count


def _of_hash(file: MappedFile, address: int, *, wide: bool) -> int:
    """The second number of DT_HASH: the length of its chains, one for each symbol."""
    order = file.layout.words[0]
    number = Struct(order + ("Q" if wide else "I"))
    return int(number.unpack(file.at(address + number.size, number.size, "the hash table"))[0])


def _of_gnu_hash(file: MappedFile, address: int) -> int:
    """One more than the last symbol of the last chain; 0 if there is no chain."""
    what = "the GNU hash table"
    layout = file.layout
    buckets, first, filters, _ = unpack(layout.words % 4, file.at(address, 16, what))
    start = address + 16 + filters * layout.bits // 8
    if buckets > MOST_SYMBOLS:
        raise FormatError(f"the GNU hash table has {buckets} buckets, {MOST_SYMBOLS} are allowed", code="limit")
    last = max(unpack(layout.words % buckets, file.at(start, 4 * buckets, what)), default=0)
    if last < first or not last:
        return 0
    chains = start + 4 * buckets
    while last < MOST_SYMBOLS:
        (chain,) = layout.word.unpack(file.at(chains + 4 * (last - first), 4, what))
        last += 1
        if chain & 1:
            break
    return int(last)


def _up_to_neighbour(file: MappedFile, values: dict[int, int]) -> int:
    """As many as fit before the table that follows."""
    start = values[DT_SYMTAB]
    following = [values[tag] for tag in NEIGHBOURS if values.get(tag, 0) > start]
    return (min(following) - start) // file.layout.symbol.size if following else 0
