"""Opening a tar archive in place, or decompressed into a temporary file where it is compressed or cannot be sought."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from io import BufferedReader, FileIO
from typing import TYPE_CHECKING

from package_extract.errors import CorruptImage
from package_extract.formats.compression import compression_of
from package_extract.formats.tar_header import BLOCK
from package_extract.image.access import reading
from package_extract.image.files import Archive, require_tar
from package_extract.image.spool import decompressed, plain_pieces, spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import IOBase

    from package_extract.image.options import OpenOptions

__all__ = ["open_archive", "spooled_archive", "stream_of"]

_BUFFER = 1 << 18


def open_archive(path: str, options: OpenOptions) -> Archive:
    """The members of the archive at this path, which may be compressed as a whole, or a pipe such as /dev/stdin."""
    with reading(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        os.close(descriptor)
        raise CorruptImage(f"{path} is a directory, not an archive")
    if not stat.S_ISREG(status.st_mode):
        with stream_of(path, descriptor) as (stream, compression):
            return spooled_archive(path, plain_pieces(stream, compression, path), options)
    head = os.pread(descriptor, 512, 0)
    compression = compression_of(head)
    if compression == "none":
        return Archive(path, descriptor, path)
    os.close(descriptor)
    return spooled_archive(path, decompressed(path, compression), options, status.st_size)


@contextmanager
def stream_of(path: str, descriptor: int) -> Iterator[tuple[IOBase, str]]:
    """What comes out of a pipe or a device, and its compression; `CorruptImage` if it does not begin as a tar."""
    with reading(path), BufferedReader(FileIO(descriptor), _BUFFER) as stream:
        head = stream.peek(BLOCK)[:BLOCK]
        compression = compression_of(head)
        if compression == "none":
            require_tar(path, head)  # before a device without an end fills the disk
        yield stream, compression


def spooled_archive(name: str, pieces: Iterator[bytes], options: OpenOptions, compressed_size: int = 0) -> Archive:
    """The members of an archive that comes in pieces and is kept in a temporary file."""
    return Archive(name, spool(pieces, options, name, compressed_size), None)
