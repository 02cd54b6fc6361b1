"""Named files that make up an image: those of a directory, or those of a tar archive read in place."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from package_extract.errors import CorruptImage
from package_extract.image.access import reading
from package_extract.image.byte_range import ByteRange
from package_extract.image.json_documents import MAXIMUM_DOCUMENT
from package_extract.image.model import Layer
from package_extract.image.tar_index import clean, index_tar, is_tar_header

if TYPE_CHECKING:  # making a Protocol takes a millisecond, and each run starts anew
    from collections.abc import Callable
    from typing import Protocol

    from package_extract.image.model import RawStream

    class Files(Protocol):
        """What a door finds its manifest, configuration and layers in."""

        @property
        def name(self) -> str:
            """The path that the user gave."""

        @property
        def damage(self) -> str | None:
            """Why some files may not have been found."""

        def size(self, path: str) -> int | None:
            """Bytes of the regular file at this path; None if there is none."""

        def opener(self, path: str) -> Callable[[], RawStream]:
            """What opens the file at this path anew at each call; `CorruptImage` if there is none."""

        def close(self) -> None:
            """Release what is held."""


__all__ = ["Archive", "Folder", "read_document", "require_tar"]


def read_document(files: Files, path: str, subject: str) -> bytes:
    """All bytes of a JSON document; `CorruptImage` if it is missing, truncated or too large."""
    size = files.size(path)
    if size is None:
        raise missing(files, subject)
    if size > MAXIMUM_DOCUMENT:
        raise CorruptImage(f"{subject} in {files.name} is larger than {MAXIMUM_DOCUMENT} bytes")
    content = bytearray(size)
    stream = files.opener(path)()
    try:
        count = stream.readinto(memoryview(content))
    finally:
        stream.close()
    if count != size:
        raise CorruptImage(f"{subject} in {files.name} is truncated")
    return bytes(content)


def missing(files: Files, subject: str) -> CorruptImage:
    """The error about a file that has to be there."""
    return CorruptImage(f"{subject} is missing in {files.name}" + (f"; {files.damage}" if files.damage else ""))


def require_tar(name: str, head: bytes) -> None:
    """`CorruptImage` unless these first bytes are those of a tar archive."""
    if not is_tar_header(head):
        raise CorruptImage(f"{name} is not an image: it is no tar archive")


class Folder:
    """The files of a directory."""

    damage: str | None = None

    def __init__(self, path: str) -> None:
        """`CorruptImage` if there is no directory at the path."""
        with reading(path):
            if not stat.S_ISDIR(os.stat(path).st_mode):
                raise CorruptImage(f"{path} is not a directory; for an archive write its path alone")
        self.name = path

    def size(self, path: str) -> int | None:
        """Bytes of the regular file at this path; None if there is none."""
        full = self._path(path)
        with reading(full):
            try:
                status = os.stat(full)
            except (FileNotFoundError, NotADirectoryError):
                return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def opener(self, path: str) -> Callable[[], RawStream]:
        """What opens the file at this path anew at each call."""
        size = self.size(path)
        if size is None:
            raise missing(self, path)
        full = self._path(path)

        def open_file() -> RawStream:
            with reading(full):
                return ByteRange(os.open(full, os.O_RDONLY | os.O_CLOEXEC), 0, size)

        return open_file

    def close(self) -> None:
        """Nothing is held."""

    def _path(self, path: str) -> str:
        inside = clean(path)
        if not inside or path.startswith("/") or ".." in path.split("/"):
            raise CorruptImage(f"{self.name} names a file outside of itself: {path[:100]!r}")
        return os.path.join(self.name, inside)


class Archive:
    """The members of an uncompressed tar archive, as ranges of its bytes.

    `path` is opened again for each stream; without one, as with a spooled temporary file, the descriptor is duplicated.
    """

    def __init__(self, name: str, descriptor: int, path: str | None) -> None:
        """The archive owns the descriptor. `CorruptImage` if it is no tar archive."""
        self.name = name
        self._descriptor, self._path = descriptor, path
        self._length = os.fstat(descriptor).st_size
        require_tar(name, os.pread(descriptor, 512, 0))
        self._index = index_tar(descriptor, self._length)
        self.damage = self._index.damage

    def members(self) -> list[str]:
        """The paths of all members."""
        return list(self._index.members)

    def size(self, path: str) -> int | None:
        """Bytes of the regular member at this path, links followed; None if there is none."""
        member = self._index.find(path)
        return None if member is None else member.size

    def opener(self, path: str) -> Callable[[], RawStream]:
        """What opens the member at this path anew at each call."""
        member = self._index.find(path)
        if member is None:
            raise missing(self, path)
        offset, size = member.offset, member.size
        if offset + size > self._length:
            raise CorruptImage(f"{self.name} is truncated: {path} is not complete")

        def open_member() -> RawStream:
            return ByteRange(self._open(), offset, size)

        return open_member

    def whole(self) -> Layer:
        """The archive itself as a layer: that of a root filesystem."""
        return Layer(lambda: ByteRange(self._open(), 0, self._length), size=self._length)

    def close(self) -> None:
        """Close the archive; streams that are open stay so."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        self.close()

    def _open(self) -> int:
        if self._path is None:
            return os.dup(self._descriptor)
        with reading(self._path):
            return os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
