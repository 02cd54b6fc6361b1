"""Opening a tar archive in place, or decompressed into a temporary file where it is compressed or cannot be sought."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from package_extract.errors import CorruptImage
from package_extract.formats.compression import compression_of
from package_extract.image.access import reading
from package_extract.image.files import Archive
from package_extract.image.spool import decompressed, spool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.image.options import OpenOptions

__all__ = ["open_archive", "spooled_archive"]

_PIECE = 1 << 20


def open_archive(path: str, options: OpenOptions) -> Archive:
    """The members of the archive at this path, which may be compressed as a whole, or a pipe such as /dev/stdin."""
    with reading(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return _spooled_stream(path, descriptor, options)
    head = os.pread(descriptor, 512, 0)
    compression = compression_of(head)
    if compression == "none":
        return Archive(path, descriptor, path)
    os.close(descriptor)
    return spooled_archive(path, decompressed(path, compression), options, status.st_size)


def spooled_archive(name: str, pieces: Iterator[bytes], options: OpenOptions, compressed_size: int = 0) -> Archive:
    """The members of an archive that comes in pieces and is kept in a temporary file."""
    return Archive(name, spool(pieces, options, name, compressed_size), None)


def _spooled_stream(path: str, descriptor: int, options: OpenOptions) -> Archive:
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise CorruptImage(f"{path} is a directory, not an archive")

    def pieces() -> Iterator[bytes]:
        with open(descriptor, "rb", buffering=0) as stream:
            while piece := stream.read(_PIECE):
                yield piece

    return spooled_archive(path, pieces(), options)
