"""`docker://`: an image in a registry, fetched by skopeo and read while it lands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from package_extract.image.digest import check_digest, digest_of
from package_extract.image.json_documents import decode_object
from package_extract.image.landing import Landing
from package_extract.image.manifest import (
    Resolved,
    attach_layers,
    begin_image,
    layer_sizes,
    require_platform,
    resolve,
)
from package_extract.image.skopeo import Skopeo

if TYPE_CHECKING:
    from package_extract.image.model import Image
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["open_image", "read_config", "resolve_remote"]


def open_image(reference: Reference, options: OpenOptions) -> Image:
    """The image in the registry; its layers open as they land. Nothing of it stays behind when it is closed."""
    landing = Landing(options)
    try:
        skopeo = Skopeo(reference, options, landing.scratch, landing.cancelled)
        prefix = f"docker://{reference.repository}@"
        first = f"{prefix}{reference.digest}" if reference.digest else f"docker://{reference.location}"
        resolved = resolve_remote(skopeo, first, prefix, reference.digest, options)
        source = prefix + resolved.digest
        image = begin_image(str(reference), resolved)
        sizes = layer_sizes(resolved.manifest)
        landing.start(partial(skopeo.copy, source), sizes, options.needed(sizes) if options.needed else None)
        image.config = read_config(skopeo, source, image, options)
        require_platform(image, options)
        attach_layers(image, landing.layer)
    except BaseException:
        landing.close()
        raise
    image.close = landing.close
    return image


def resolve_remote(skopeo: Skopeo, first: str, prefix: str, digest: str | None, options: OpenOptions) -> Resolved:
    """The manifest that the source `first` leads to; others are asked for as `prefix` and their digest."""
    content = skopeo.inspect(first)
    digest = digest or digest_of(content)

    def document(wanted: str, subject: str) -> bytes:  # noqa: ARG001 - skopeo's message names the image
        return content if wanted == digest else skopeo.inspect(prefix + wanted)

    return resolve({"digest": digest}, document, options)


def read_config(skopeo: Skopeo, source: str, image: Image, options: OpenOptions) -> dict[str, object]:
    """The image's configuration as stored; the copy's may be converted to OCI's form."""
    subject = "the image's configuration"
    content = skopeo.inspect(source, "--config")
    if image.config_digest == digest_of(content.removesuffix(b"\n")):
        content = content.removesuffix(b"\n")  # skopeo adds one
    if options.verify != "none" and image.config_digest is not None:
        check_digest(content, image.config_digest, subject)
    return decode_object(content, subject)
