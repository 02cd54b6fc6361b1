"""`containers-storage:`: an image in the local storage of podman, buildah or CRI-O, copied out by skopeo.

The storage keeps layers unpacked: skopeo packs them again, without compression, so that their digests are the
configuration's diff_ids and not those of the stored manifest.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from package_extract.image.files import Folder, read_document
from package_extract.image.json_documents import decode_object, objects
from package_extract.image.landing import Landing
from package_extract.image.manifest import attach_layers, begin_image, require_platform, resolve
from package_extract.image.oci_layout import LayoutBlobs
from package_extract.image.registry import read_config, resolve_remote
from package_extract.image.skopeo import Skopeo

if TYPE_CHECKING:
    from package_extract.image.model import Image
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["open_image"]


def open_image(reference: Reference, options: OpenOptions) -> Image:
    """The image in the storage, once all of it has been copied."""
    landing = Landing(options)
    try:
        skopeo = Skopeo(reference, options, landing.scratch, landing.cancelled)
        source = f"containers-storage:{reference.location}"
        resolved = resolve_remote(skopeo, source, f"containers-storage:{reference.repository}@", None, options)
        if resolved.index_digest is not None:
            source = f"containers-storage:{reference.repository}@{resolved.digest}"
        image = begin_image(str(reference), resolved)
        image.config = read_config(skopeo, source, image, options)
        require_platform(image, options)
        landing.start(partial(skopeo.copy, source), {})
        landing.wait()
        _attach_copied_layers(image, landing.layout, options)
    except BaseException:
        landing.close()
        raise
    image.close = landing.close
    return image


def _attach_copied_layers(image: Image, layout: str, options: OpenOptions) -> None:
    """The layers of the copy, under the manifest of the original."""
    files = Folder(layout)
    blobs = LayoutBlobs(files)
    index = decode_object(read_document(files, "index.json", "index.json"), "index.json of the copy")
    manifest = image.manifest
    image.manifest = resolve(objects(index.get("manifests"))[0], blobs.document, options).manifest
    attach_layers(image, blobs.layer)
    image.manifest = manifest
