"""Where the members of an image archive are: tar headers walked by seeking, the members' bytes left alone.

Formats: ustar and pax as in POSIX.1-2017 (pax utility), GNU extensions as in tar(5) of libarchive: long names, base-256
numbers, old sparse headers. Link and device members have no content whatever their size field says, as in Go's
archive/tar, which wrote most of these archives.
"""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from package_extract.errors import CorruptImage, LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Member", "TarIndex", "index_tar", "is_tar_header", "walk_tar"]

_BLOCK = 512
_MAXIMUM_MEMBERS = 200_000
_MAXIMUM_EXTENSION = 1 << 20
_MAXIMUM_LINKS = 40
_WITHOUT_CONTENT = frozenset(b"123456")
_REGULAR = frozenset(b"\x007")  # together with "0"


@dataclass(frozen=True, slots=True)
class Member:
    """One member: a range of the archive, or a link to another member."""

    offset: int
    size: int
    regular: bool = False
    link: str | None = None
    """Cleaned path of the member that a symbolic or hard link leads to; "" if it leads out of the archive."""


@dataclass(slots=True)
class TarIndex:
    """The members by cleaned path; of several with one path the last, as extraction would leave it."""

    members: dict[str, Member] = field(default_factory=dict)
    damage: str | None = None
    """Why the walk ended before the end of the archive."""

    def find(self, path: str) -> Member | None:
        """The regular member at this path, links followed; None if there is none."""
        member = self.members.get(clean(path))
        for _ in range(_MAXIMUM_LINKS):
            if member is None or member.link is None:
                break
            member = self.members.get(member.link)
        return member if member is not None and member.regular else None


def index_tar(descriptor: int, length: int) -> TarIndex:
    """Index the archive in the first `length` bytes of the descriptor.

    Damage ends the walk and is noted; `CorruptImage` only if not even the first header can be read, `LimitExceeded` if
    there are more members than any image has.
    """
    index = TarIndex()
    try:
        for path, member in walk_tar(descriptor, length):
            index.members[path] = member
            if len(index.members) > _MAXIMUM_MEMBERS:
                raise LimitExceeded(f"the archive has more than {_MAXIMUM_MEMBERS} members")
    except CorruptImage as error:
        if not index.members:
            raise
        index.damage = str(error)
    return index


def walk_tar(descriptor: int, length: int) -> Iterator[tuple[str, Member]]:
    """Cleaned path and place of each member, in order; `CorruptImage` where the archive is damaged or truncated."""
    position = 0
    extended: dict[str, str] = {}
    while position < length:
        header = os.pread(descriptor, _BLOCK, position)
        if header == bytes(_BLOCK):
            return
        if not is_tar_header(header):
            what = "is truncated" if len(header) < _BLOCK else "is damaged"
            raise CorruptImage(f"the archive {what} at byte {position}")
        kind = header[156]
        size = _size(header, extended)
        start = position + _BLOCK
        if kind in b"S":
            start = _behind_sparse_map(descriptor, header, start)
        position = start + (size + _BLOCK - 1) // _BLOCK * _BLOCK
        if kind in b"LKxX":
            extended |= _extension(descriptor, kind, start, size)
        elif kind not in b"g":
            yield _member(header, kind, start, size, extended)
            extended = {}
        if start + size > length:
            raise CorruptImage(f"the archive is truncated: a member at byte {start} needs {size} bytes")


def is_tar_header(header: bytes) -> bool:
    """Whether this block's checksum holds; some old writers summed signed bytes."""
    if len(header) < _BLOCK:
        return False
    stated = _number(header[148:156])
    rest = header[:148] + header[156:]
    total = sum(rest) + 8 * 32
    return stated in (total, total - 256 * sum(byte > 127 for byte in rest)) and any(header[:100] + header[257:263])


def clean(path: str) -> str:
    """The path without "./", doubled and leading slashes; "" if it climbs out of the archive."""
    cleaned = posixpath.normpath(path.lstrip("/")) if path else "."
    return "" if cleaned == "." or (cleaned.startswith("..") and cleaned[2:3] in ("", "/")) else cleaned


def _member(header: bytes, kind: int, start: int, size: int, extended: dict[str, str]) -> tuple[str, Member]:
    name = extended.get("path") or _text(header[:100])
    if "path" not in extended and header[257:263] == b"ustar\0" and header[345]:
        name = f"{_text(header[345:500])}/{name}"
    path = clean(name)
    target = extended.get("linkpath") or _text(header[157:257])
    if kind in b"1":
        return path, Member(start, 0, link=clean(target))
    if kind in b"2":
        absolute = target.startswith("/")
        return path, Member(
            start, 0, link=clean(target if absolute else posixpath.join(posixpath.dirname(path), target))
        )
    regular = (kind == ord("0") or kind in _REGULAR) and not name.endswith("/") and "GNU.sparse" not in extended
    return path, Member(start, size, regular=regular)


def _size(header: bytes, extended: dict[str, str]) -> int:
    """Bytes of content; a pax record is worth more than the header's field."""
    if header[156] in _WITHOUT_CONTENT:
        return 0
    size = _number(header[124:136])
    stated = extended.get("size", "")
    if stated and header[156] not in b"LKxXg":
        size = int(stated) if len(stated) < 20 and stated.isascii() and stated.isdigit() else -1
    if size is None or size < 0:
        raise CorruptImage("the archive is damaged: a member's size is not a number")
    return size


def _number(digits: bytes) -> int | None:
    """A numeric field: octal text, or base-256 where the first bit is set; None if it is neither."""
    if digits[0] & 0x80:
        value = int.from_bytes(digits, "big") & ((1 << (8 * len(digits) - 1)) - 1)
        return -1 if digits[0] == 0xFF else value
    octal = digits.partition(b"\0")[0].strip()
    if octal.strip(b"01234567"):
        return None
    return int(octal, 8) if octal else 0


def _text(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _extension(descriptor: int, kind: int, start: int, size: int) -> dict[str, str]:
    """What an extension member says about the next member."""
    if size > _MAXIMUM_EXTENSION:
        raise CorruptImage(f"the archive is damaged: an extended header of {size} bytes at byte {start}")
    content = os.pread(descriptor, size, start)
    if kind in b"L":
        return {"path": _text(content)}
    if kind in b"K":
        return {"linkpath": _text(content)}
    return _pax_records(content)


def _pax_records(content: bytes) -> dict[str, str]:
    """The records (length, blank, key=value, newline) that matter here; the rest of a damaged header is left out."""
    records: dict[str, str] = {}
    position = 0
    while position < len(content):
        digits = content[position : position + 20].partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        key, equals, value = content[position + len(digits) + 1 : position + length].partition(b"=")
        if not equals or position + length > len(content):
            break
        if key in (b"path", b"linkpath", b"size"):
            records[key.decode()] = _text(value.removesuffix(b"\n"))
        elif key.startswith(b"GNU.sparse."):
            records["GNU.sparse"] = "1"
        position += length
    return records


def _behind_sparse_map(descriptor: int, header: bytes, start: int) -> int:
    """Where the content of an old GNU sparse member begins: behind the blocks that continue its map."""
    more = header[482]
    while more:
        block = os.pread(descriptor, _BLOCK, start)
        if len(block) < _BLOCK:
            raise CorruptImage(f"the archive is truncated at byte {start}")
        more = block[504]
        start += _BLOCK
    return start
