"""Where the members of an image archive are: tar headers walked by seeking, the members' bytes left alone."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING, NamedTuple

from package_extract.errors import CorruptImage, FormatError, LimitExceeded
from package_extract.formats.tar_header import (
    BLOCK,
    apply_records,
    checksum_fits,
    extension_records,
    padded,
    parse,
    sparse_map,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.formats.tar_header import Member as TarMember

__all__ = ["Member", "TarIndex", "index_tar", "is_tar_header", "walk_tar"]

_MAXIMUM_MEMBERS = 200_000
_MAXIMUM_EXTENSION = 1 << 20
_MAXIMUM_LINKS = 40


class Member(NamedTuple):
    """One member: a range of the archive, or a link to another member."""

    offset: int
    size: int
    regular: bool = False
    link: str | None = None
    """Cleaned path of the member that a symbolic or hard link leads to; "" if it leads out of the archive."""


class TarIndex:
    """The members by cleaned path; of several with one path the last, as extraction would leave it."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.damage: str | None = None
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
    archive = _Headers(descriptor, length)
    try:
        while (header := archive.next_header()) is not None:
            start = archive.position
            yield _member(header, start)
            archive.position = start + padded(header.stored)
            if start + header.stored > length:
                raise CorruptImage(f"the archive is truncated: a member at byte {start} needs {header.stored} bytes")
    except FormatError as error:
        raise CorruptImage(f"the archive is damaged before byte {archive.position}: {error}") from error


def is_tar_header(header: bytes) -> bool:
    """Whether this block's checksum holds."""
    if len(header) < BLOCK or not any(header[:100] + header[257:263]):
        return False
    try:
        return checksum_fits(header)
    except FormatError:
        return False


class _Headers:
    """The headers of an archive, each with what the extended ones before it say."""

    def __init__(self, descriptor: int, length: int) -> None:
        self._descriptor, self._length = descriptor, length
        self._shared: dict[bytes, bytes] = {}
        self.position = 0
        """Behind the last header that was read: where the member's content begins."""

    def next_header(self) -> TarMember | None:
        """The next member's header; None at the end of the archive."""
        records: dict[bytes, bytes] = {}
        while self.position < self._length:
            block = self._block()
            if block == bytes(BLOCK):
                break
            if not is_tar_header(block):
                what = "is truncated" if len(block) < BLOCK else "is damaged"
                raise CorruptImage(f"the archive {what} at byte {self.position - BLOCK}")
            member = parse(block)
            if not member.extension:
                apply_records(member, self._shared | records)
                if member.sparse is not None:
                    sparse_map(member, self._block)
                return member
            told = self._extension(member)
            if member.extension == b"g":
                self._shared |= told
            else:
                records |= told
        return None

    def _block(self) -> bytes:
        block = os.pread(self._descriptor, BLOCK, self.position)
        self.position += BLOCK
        return block

    def _extension(self, member: TarMember) -> dict[bytes, bytes]:
        if member.stored > _MAXIMUM_EXTENSION:
            raise CorruptImage(f"the archive is damaged: an extended header of {member.stored} bytes")
        content = os.pread(self._descriptor, member.stored, self.position)
        self.position += padded(member.stored)
        return extension_records(member.extension, content)


def clean(path: str) -> str:
    """The path without "./", doubled and leading slashes; "" if it climbs out of the archive."""
    cleaned = posixpath.normpath(path.lstrip("/")) if path else "."
    return "" if cleaned == "." or (cleaned.startswith("..") and cleaned[2:3] in ("", "/")) else cleaned


def _member(header: TarMember, start: int) -> tuple[str, Member]:
    path, target = clean(_text(header.name)), _text(header.link)
    if header.kind == "hard link":
        return path, Member(start, 0, link=clean(target))
    if header.kind == "symbolic link":
        absolute = target.startswith("/")
        return path, Member(
            start, 0, link=clean(target if absolute else posixpath.join(posixpath.dirname(path), target))
        )
    regular = header.kind == "file" and header.sparse is None and not header.name.endswith(b"/")
    return path, Member(start, header.stored, regular=regular)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
