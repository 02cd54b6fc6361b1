"""Doors: where the bytes of an image come from.

Each door is a module with a function `open_image(reference, options)`, imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from package_extract.image.model import Image
    from package_extract.image.options import OpenOptions

__all__ = ["open_image"]

_DOORS = {
    "path": "recognition",
    "docker-archive": "docker_archive",
    "oci": "oci_layout",
    "oci-archive": "oci_archive",
    "dir": "dir_folder",
    "rootfs": "rootfs",
    "docker": "registry",
    "docker-daemon": "daemon",
    "containers-storage": "storage",
}


def open_image(reference: str, options: OpenOptions | None = None) -> Image:
    """Open the image that a reference names, for example "oci:DIR:TAG", "docker://HOST/NAME:TAG" or an existing path.

    Close it after use. Raises a `PackageExtractError`: `InvalidReference`, `NoSuchImage`, `AccessDenied`,
    `CorruptImage`, `ToolMissing` or `TransferFailed`.
    """
    from package_extract.image.options import OpenOptions
    from package_extract.reference import parse_reference

    parsed = parse_reference(reference)
    door = import_module(f"{__name__}.{_DOORS[parsed.transport]}")
    return cast("Image", door.open_image(parsed, options or OpenOptions()))
