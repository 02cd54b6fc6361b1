"""Headers of tar archives: POSIX ustar and pax (IEEE Std 1003.1-2017, pax), GNU long names and sparse files.

Sources: pax(1), tar(5) of libarchive, "Basic Tar Format" and "Storing Sparse Files" of the GNU tar manual.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "BLOCK",
    "Member",
    "apply_records",
    "checksum_fits",
    "extension_records",
    "number",
    "padded",
    "parse",
    "pax_records",
    "sparse_map",
]

BLOCK = 512
KINDS = {
    0x30: "file",
    0x00: "file",
    0x37: "file",  # "contiguous", which nobody makes and everybody reads as a file
    0x53: "file",  # GNU sparse
    0x31: "hard link",
    0x32: "symbolic link",
    0x35: "directory",
    0x44: "directory",  # GNU dump directory, whose content is a list of names
}
EXTENSIONS = b"xXgLK"
# Links, devices and pipes have no content whatever their size field says, as in Go's archive/tar.
WITHOUT_CONTENT = b"123456"
OLD_SPARSE_PIECES = 4
MORE_SPARSE_PIECES = 21
SPARSE_BLOCKS = 1 << 14


class Member:
    """One entry of an archive."""

    __slots__ = (
        "extension",
        "has_content",
        "kind",
        "link",
        "map_continues",
        "mode",
        "name",
        "size",
        "sparse",
        "stored",
    )

    def __init__(self, kind: str, name: bytes, size: int, mode: int = 0, link: bytes = b"") -> None:
        self.kind, self.name, self.mode, self.link = kind, name, mode, link
        self.has_content = True
        self.size = self.stored = size
        """Length of the file; of what the archive stores of it (less for a sparse one)."""
        self.extension = b""
        """Type flag of a header that only speaks of the next one: x, g, L, K."""
        self.sparse: list[tuple[int, int]] | None = None
        """(offset, length) of the pieces that are stored, for a sparse file."""
        self.map_continues = ""
        """How more of the sparse map stands in front of the content: "blocks" of GNU, "text" of pax, or not at all."""


def padded(size: int) -> int:
    """The length rounded up to whole blocks."""
    return (size + BLOCK - 1) & -BLOCK


def number(field: bytes) -> int:
    """A numeric field: octal digits, or base 256 with the first bit set (GNU, star)."""
    if field[0] & 0x80:
        value = int.from_bytes(field, "big") & ~(0x80 << 8 * (len(field) - 1))
        if field[0] & 0x40:
            raise FormatError("a tar header has a negative number", code="corrupt-layer")
        return value
    digits = field.partition(b"\0")[0].strip()
    try:
        value = int(digits, 8) if digits else 0
    except ValueError:
        raise FormatError("a tar header has a number that is not octal", code="corrupt-layer") from None
    if value < 0:
        raise FormatError("a tar header has a negative number", code="corrupt-layer")
    return value


def checksum_fits(header: bytes) -> bool:
    """Whether the header's checksum is the sum of its bytes, the checksum itself taken as spaces."""
    told = number(header[148:156])
    # The low half of Adler-32 is the sum of the bytes plus one, modulo 65521: no loop in Python.
    found = (zlib.adler32(header[:148] + b"        " + header[156:]) & 0xFFFF) - 1
    if told % 65521 == found % 65521:
        return True
    signed = sum(byte - 256 if byte > 127 else byte for byte in header[:148] + header[156:]) + 256
    return told == signed


def parse(header: bytes) -> Member:
    """The member that a header block tells, without what extended headers before it said."""
    magic = header[257:263]
    if magic[:5] != b"ustar" and not checksum_fits(header):
        raise FormatError("a tar header has a wrong checksum", code="corrupt-layer")
    name = header[:100].partition(b"\0")[0]
    if magic == b"ustar\0":
        prefix = header[345:500].partition(b"\0")[0]
        if prefix:
            name = prefix + b"/" + name
    flag = header[156]
    kind = KINDS.get(flag, "other")
    bare = flag in WITHOUT_CONTENT
    if flag == 0 and name.endswith(b"/"):
        kind, bare = "directory", True  # as version 7 of Unix wrote them
    size = 0 if bare else number(header[124:136])
    member = Member(kind, name, size, number(header[100:108]) & 0o7777, header[157:257].partition(b"\0")[0])
    member.has_content = not bare
    if flag in EXTENSIONS:
        member.extension = bytes((flag,))
    if flag == ord("S"):
        member.size = number(header[483:495])
        member.sparse = _sparse_entries(header[386:482], OLD_SPARSE_PIECES)
        member.map_continues = "blocks" if header[482] else ""
    return member


def _sparse_entries(data: bytes, count: int) -> list[tuple[int, int]]:
    """The (offset, length) pairs of an old GNU sparse header, which ends at an empty one."""
    pieces = []
    for start in range(0, count * 24, 24):
        if not data[start]:
            break
        pieces.append((number(data[start : start + 12]), number(data[start + 12 : start + 24])))
    return pieces


def extension_records(flag: bytes, data: bytes) -> dict[bytes, bytes]:
    """What the content of an extended header (type flag x, X, g, L or K) says of the next member, as pax records."""
    if flag == b"L":
        return {b"path": data.partition(b"\0")[0]}
    if flag == b"K":
        return {b"linkpath": data.partition(b"\0")[0]}
    return pax_records(data)


def pax_records(data: bytes) -> dict[bytes, bytes]:
    """The "length key=value" records of a pax extended header; the last of a key wins, an empty value takes it away.

    GNU sparse format 0.0 repeats its two keys: their values are gathered as format 0.1 writes them.
    """
    records: dict[bytes, bytes] = {}
    pieces: list[bytes] = []
    position = 0
    while position < len(data) and data[position]:
        space = data.find(b" ", position, position + 20)
        digits = data[position:space]
        if space < 0 or not digits.isdigit():
            raise FormatError("a pax header has a record without a length", code="corrupt-layer")
        end = position + int(digits)
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if not equals or end <= space + 1 or end > len(data):
            raise FormatError("a pax header has a record of the wrong length", code="corrupt-layer")
        if key in (b"GNU.sparse.offset", b"GNU.sparse.numbytes"):
            pieces.append(value)
        records[key] = value
        position = end
    if pieces:
        records[b"GNU.sparse.map"] = b",".join(pieces)
    return records


def apply_records(member: Member, records: dict[bytes, bytes]) -> None:
    """Let pax records override what the header says (pax, "pax Extended Header": path, linkpath, size; GNU sparse)."""
    member.name = records.get(b"GNU.sparse.name") or records.get(b"path") or member.name
    member.link = records.get(b"linkpath") or member.link
    if records.get(b"size") and member.has_content:
        member.size = member.stored = _decimal(records[b"size"])
    real = records.get(b"GNU.sparse.realsize") or records.get(b"GNU.sparse.size")
    if real:
        member.size = _decimal(real)
    if records.get(b"GNU.sparse.map"):
        numbers = [_decimal(part) for part in records[b"GNU.sparse.map"].split(b",")]
        member.sparse = list(zip(numbers[::2], numbers[1::2], strict=False))
    elif records.get(b"GNU.sparse.major") == b"1":
        member.sparse, member.map_continues = [], "text"


def _decimal(text: bytes) -> int:
    if not text.isdigit() or len(text) > 20:
        raise FormatError("a pax header has a number that is not decimal", code="corrupt-layer")
    return int(text)


def sparse_map(member: Member, block: Callable[[], bytes | None]) -> None:
    """Complete the map of a sparse file from the blocks in front of its content, then check that it makes sense."""
    pieces = member.sparse or []
    if member.map_continues and member.kind == "file":
        pieces = pieces + _sparse_blocks(block) if member.map_continues == "blocks" else _sparse_text(member, block)
    end = 0
    for offset, length in pieces:
        if offset < end or offset + length > member.size:
            raise FormatError("the map of a sparse file in the layer overlaps or leaves the file", code="corrupt-layer")
        end = offset + length
    if sum(length for _, length in pieces) > member.stored:
        raise FormatError("the map of a sparse file in the layer names more than is stored", code="corrupt-layer")
    member.sparse = pieces


def _sparse_blocks(block: Callable[[], bytes | None]) -> list[tuple[int, int]]:
    """The extension blocks of old GNU sparse files: they are not part of the size that the header tells."""
    pieces: list[tuple[int, int]] = []
    for _ in range(SPARSE_BLOCKS):
        data = block()
        if data is None or len(data) < BLOCK:
            break
        pieces += _sparse_entries(data, MORE_SPARSE_PIECES)
        if not data[504]:
            return pieces
    raise FormatError("the map of a sparse file in the layer has no end", code="corrupt-layer")


def _sparse_text(member: Member, block: Callable[[], bytes | None]) -> list[tuple[int, int]]:
    """The map of pax sparse format 1.0: decimal lines in front of the content, padded to whole blocks."""
    lines: list[bytes] = []
    rest = b""
    for _ in range(min(SPARSE_BLOCKS, member.stored // BLOCK)):
        data = block()
        if data is None:
            break
        member.stored -= BLOCK
        *whole, rest = (rest + data).split(b"\n")
        lines += whole
        if lines and len(lines) > 2 * _decimal(lines[0]):
            numbers = [_decimal(line) for line in lines[1 : 1 + 2 * int(lines[0])]]
            return list(zip(numbers[::2], numbers[1::2], strict=True))
    raise FormatError("the map of a sparse file in the layer has no end", code="corrupt-layer")
