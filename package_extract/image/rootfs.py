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


def open_image(reference: Reference, options: OpenOptions) -> Image:  # noqa: ARG001 - nothing to choose or to verify
    """The directory or the tar (compressed or not) that the reference names, as an image of one layer."""
    path = reference.location
    with reading(path):
        status = os.stat(path)
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()
            return Image(str(reference), [Layer(_refuse, directory=path)])
    if not stat.S_ISREG(status.st_mode):
        raise CorruptImage(f"{path} is neither a directory nor a file")

    def open_tar() -> RawStream:
        with reading(path):
            return ByteRange(os.open(path, os.O_RDONLY | os.O_CLOEXEC), 0, status.st_size)

    open_tar().close()
    return Image(str(reference), [Layer(open_tar, size=status.st_size)])


def _refuse() -> RawStream:
    raise CorruptImage("a directory has no tar")
