"""OCI image layout packed as a tar archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.errors import CorruptImage
from package_extract.image.archives import open_archive
from package_extract.image.oci_layout import layout_image

if TYPE_CHECKING:
    from package_extract.image.model import Image
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["open_image"]


def open_image(reference: Reference, options: OpenOptions) -> Image:
    """The image in the archive that the reference names."""
    archive = open_archive(reference.location, options)
    try:
        if archive.size("index.json") is None and archive.size("manifest.json") is not None:
            raise CorruptImage(f"{archive.name} is a docker archive; write docker-archive:{archive.name}")
        return layout_image(archive, reference, options)
    except BaseException:
        archive.close()
        raise
