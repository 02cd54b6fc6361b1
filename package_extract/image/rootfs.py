"""A root filesystem without an image around it: a directory, or a tar of one, as one layer."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from package_extract.errors import CorruptImage
from package_extract.image.access import reading
from package_extract.image.byte_range import ByteRange
from package_extract.image.model import Image, Layer

if TYPE_CHECKING:
    from package_extract.image.model import RawStream
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["open_image"]


def open_image(reference: Reference, options: OpenOptions) -> Image:
    """The directory or the tar (compressed or not, a pipe too) that the reference names, as an image of one layer."""
    path = reference.location
    with reading(path):
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()
            return Image(str(reference), [Layer(_refuse, directory=path)])
    if not stat.S_ISREG(status.st_mode):
        return _from_stream(reference, options)

    def open_tar() -> RawStream:
        with reading(path):
            return ByteRange(os.open(path, os.O_RDONLY | os.O_CLOEXEC), 0, status.st_size)

    open_tar().close()
    return Image(str(reference), [Layer(open_tar, size=status.st_size)])


def _from_stream(reference: Reference, options: OpenOptions) -> Image:
    from package_extract.image.archives import stream_of
    from package_extract.image.spool import plain_pieces, spool

    path = reference.location
    with reading(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    with stream_of(path, descriptor) as (stream, _):
        kept = open(spool(plain_pieces(stream, "none", path), options, path), "rb", buffering=0)  # noqa: SIM115
    size = os.fstat(kept.fileno()).st_size
    image = Image(str(reference), [Layer(lambda: ByteRange(os.dup(kept.fileno()), 0, size), size=size)])
    image.close = kept.close
    return image


def _refuse() -> RawStream:
    raise CorruptImage("a directory has no tar")
