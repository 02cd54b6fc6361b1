"""From an index or a manifest to an `Image`: OCI image specification 1.1 and Docker image manifest version 2, schema 2.

Every door that knows blobs by their digests comes through here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.errors import CorruptImage, NoSuchImage, UnsupportedMediaType
from package_extract.image.digest import check_digest, split_digest
from package_extract.image.json_documents import decode_object, objects, text, texts
from package_extract.image.model import Image, ImageProblem, Layer
from package_extract.image.platform import Platform

if TYPE_CHECKING:  # making a Protocol takes a millisecond, and each run starts anew
    from typing import Protocol

    from package_extract.image.model import RawStream
    from package_extract.image.options import OpenOptions

    class Blobs(Protocol):
        """Where a door keeps the blobs of an image."""

        def document(self, digest: str, subject: str) -> bytes:
            """All bytes of a manifest, an index or a configuration; `CorruptImage` if it is missing."""

        def layer(self, descriptor: Descriptor, subject: str) -> Layer | None:
            """The layer with `open`, `ready` and `size` set; None if its blob is not there."""


__all__ = [
    "Descriptor",
    "Resolved",
    "absent_layer",
    "attach_layers",
    "begin_image",
    "choose",
    "is_attestation",
    "layer_sizes",
    "load_image",
    "platform_of",
    "require_platform",
    "resolve",
    "set_diff_ids",
]

Descriptor = dict[str, Any]
FindLayer = Callable[[Descriptor, str], Layer | None]

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1"
_CONFIGURATIONS = (
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
)
_MAXIMUM_NESTING = 8
_MAXIMUM_LAYERS = 4096


class Resolved(NamedTuple):
    """The manifest that was chosen, and the way to it."""

    manifest: dict[str, Any]
    digest: str
    media_type: str
    index_digest: str | None = None


def load_image(reference: str, descriptor: Descriptor, blobs: Blobs, options: OpenOptions) -> Image:
    """The image that a descriptor leads to: its manifest chosen by platform, its configuration and its layers."""
    resolved = resolve(descriptor, blobs.document, options)
    image = begin_image(reference, resolved)
    subject = "the image's configuration"
    content = blobs.document(image.config_digest or "", subject)
    if options.verify != "none":
        check_digest(content, image.config_digest or "", subject)
    image.config = decode_object(content, subject)
    require_platform(image, options)
    attach_layers(image, blobs.layer)
    return image


def resolve(descriptor: Descriptor, document: Callable[[str, str], bytes], options: OpenOptions) -> Resolved:
    """Follow indexes, nested ones too, to one manifest; `document` reads the document of a digest."""
    index_digest: str | None = None
    for _ in range(_MAXIMUM_NESTING):
        digest = ":".join(split_digest(descriptor.get("digest"), "a manifest"))
        subject = f"manifest {digest}"
        _refuse_schema_1(text(descriptor.get("mediaType")) or "")  # its digest leaves the signatures in it out
        content = document(digest, subject)
        if options.verify != "none":
            check_digest(content, digest, subject)
        manifest = decode_object(content, subject)
        media_type = media_type_of(manifest, descriptor)
        if media_type in (OCI_MANIFEST, DOCKER_MANIFEST):
            return Resolved(manifest, digest, media_type, index_digest)
        index_digest = index_digest or digest
        descriptor = choose(objects(manifest.get("manifests")), options)
    raise CorruptImage(f"image indexes are nested more than {_MAXIMUM_NESTING} deep")


def media_type_of(manifest: dict[str, Any], descriptor: Descriptor) -> str:
    """The media type of an index or a manifest, by its own word, its descriptor's or its shape."""
    stated = text(manifest.get("mediaType")) or text(descriptor.get("mediaType")) or ""
    _refuse_schema_1(_SCHEMA_1 if manifest.get("schemaVersion") == 1 or "fsLayers" in manifest else stated)
    if isinstance(manifest.get("manifests"), list):
        return stated if stated in (OCI_INDEX, DOCKER_LIST) else OCI_INDEX
    if isinstance(manifest.get("layers"), list) and isinstance(manifest.get("config"), dict):
        return stated if stated in (OCI_MANIFEST, DOCKER_MANIFEST) else OCI_MANIFEST
    raise UnsupportedMediaType(f"this is no image manifest (media type {stated or 'not stated'})")


def _refuse_schema_1(media_type: str) -> None:
    if media_type.startswith(_SCHEMA_1):
        raise UnsupportedMediaType(
            "the image has a manifest of Docker's old schema 1, which names no configuration; push it again with a "
            "current tool"
        )


def choose(entries: list[Descriptor], options: OpenOptions) -> Descriptor:
    """The entry of an index that fits the platform best; `NoSuchImage` lists the platforms that are there."""
    images = [entry for entry in entries if not is_attestation(entry)]
    if not images:
        raise NoSuchImage("the image index names no image")
    if len(images) == 1 and not options.platform:
        return images[0]
    wanted = Platform.parse(options.platform) if options.platform else Platform.here()
    distances = [(_distance(wanted, entry), place) for place, entry in enumerate(images)]
    fitting = [(distance, place) for distance, place in distances if distance is not None]
    if fitting:
        return images[min(fitting)[1]]
    unknown = [entry for entry in images if platform_of(entry) is None]
    if len(unknown) == 1:
        return unknown[0]
    offered = sorted({str(platform_of(entry) or "unknown") for entry in images})
    raise NoSuchImage(f"the image index has no image for {wanted}; it has {', '.join(offered[:30])}")


def platform_of(entry: Descriptor) -> Platform | None:
    """The platform that an entry of an index states."""
    platform = entry.get("platform")
    return Platform.described(platform) if isinstance(platform, dict) else None


def is_attestation(entry: Descriptor) -> bool:
    """Whether an entry of an index is BuildKit's provenance or SBOM of another entry, and no image."""
    platform, annotations = entry.get("platform"), entry.get("annotations")
    if isinstance(annotations, dict) and "vnd.docker.reference.type" in annotations:
        return True
    return isinstance(platform, dict) and platform.get("os") == platform.get("architecture") == "unknown"


def begin_image(reference: str, resolved: Resolved) -> Image:
    """The image without configuration and layers; `UnsupportedMediaType` if the manifest is that of an artifact."""
    config = resolved.manifest["config"]
    media_type = text(config.get("mediaType"))
    artifact = text(resolved.manifest.get("artifactType"))
    if media_type is not None and media_type not in _CONFIGURATIONS:
        raise UnsupportedMediaType(f"this is an OCI artifact of type {artifact or media_type}, not a container image")
    return Image(
        reference,
        [],
        manifest=resolved.manifest,
        digest=resolved.digest,
        index_digest=resolved.index_digest,
        config_digest=":".join(split_digest(config.get("digest"), "the image's configuration")),
        media_type=resolved.media_type,
    )


def require_platform(image: Image, options: OpenOptions) -> None:
    """Raise `NoSuchImage` if a platform was asked for and the configuration states another one.

    An index has the last word where there is one: configurations that contradict it are common.
    """
    offered = Platform.described(image.config)
    if options.platform and offered is not None and image.index_digest is None:
        wanted = Platform.parse(options.platform)
        if wanted.distance(offered) is None:
            raise NoSuchImage(f"the image is for {offered}, not for {wanted}")


def attach_layers(image: Image, find_layer: FindLayer) -> None:
    """Add the layers that the manifest names, base first; `find_layer` is None for a blob that is not there."""
    descriptors = image.manifest["layers"]
    if len(descriptors) > _MAXIMUM_LAYERS:
        raise CorruptImage(f"the manifest names more than {_MAXIMUM_LAYERS} layers")
    for number, descriptor in enumerate(descriptors):
        image.layers.append(_layer(image, number, descriptor, find_layer))
    set_diff_ids(image)


def layer_sizes(manifest: dict[str, Any]) -> dict[str, int]:
    """Digests of the layers that are fetched with the image (foreign ones are not), with their sizes."""
    sizes: dict[str, int] = {}
    for descriptor in objects(manifest.get("layers")):
        digest, size = text(descriptor.get("digest")), descriptor.get("size")
        if digest is not None and not texts(descriptor.get("urls")):
            sizes[digest] = size if isinstance(size, int) and size > 0 else 0
    return sizes


def set_diff_ids(image: Image) -> None:
    """Give each layer the diff_id that the configuration has for it; a differing number is a problem."""
    root = image.config.get("rootfs")
    diff_ids = texts(root.get("diff_ids")) if isinstance(root, dict) else []
    for layer, diff_id in zip(image.layers, diff_ids, strict=False):
        layer.diff_id = diff_id
    if len(diff_ids) != len(image.layers):
        message = f"the manifest names {len(image.layers)} layers, the configuration {len(diff_ids)}"
        image.problems.append(ImageProblem("layer-count", message))


def _layer(image: Image, number: int, descriptor: object, find_layer: FindLayer) -> Layer:
    subject = f"layer {number + 1}"
    if not isinstance(descriptor, dict):
        raise CorruptImage(f"{subject} of the manifest is not an object")
    digest = ":".join(split_digest(descriptor.get("digest"), subject))
    media_type = text(descriptor.get("mediaType"))
    if media_type is not None and not _is_tar(media_type):
        raise UnsupportedMediaType(f"{subject} is of media type {media_type}, which is not a readable tar")
    layer = find_layer(descriptor, f"{subject} ({digest})")
    stated = descriptor.get("size")
    size = stated if isinstance(stated, int) and not isinstance(stated, bool) and stated >= 0 else None
    if layer is None:
        if not _is_foreign(descriptor, media_type):
            raise CorruptImage(f"{subject} ({digest}) is missing; fetch the image again")
        message = f"{subject} ({digest}) is a foreign layer that is not part of the image as stored"
        image.problems.append(ImageProblem("foreign-layer", message, layer=number))
        return absent_layer(message, digest=digest, media_type=media_type, size=size)
    if None not in (size, layer.size) and size != layer.size:
        raise CorruptImage(f"{subject} ({digest}) has {layer.size} bytes instead of {size}; fetch the image again")
    layer.digest, layer.media_type = digest, media_type
    layer.size = size if layer.size is None else layer.size
    return layer


def absent_layer(message: str, *, digest: str | None, media_type: str | None = None, size: int | None = None) -> Layer:
    """A layer that is not stored with the image; the message says so to whoever opens it all the same."""

    def refuse() -> RawStream:
        raise CorruptImage(message)

    return Layer(refuse, digest, media_type=media_type, size=size, absent=True)


def _is_tar(media_type: str) -> bool:
    kind, _, suffix = media_type.partition("+")
    return any(part.endswith("tar") for part in kind.replace("/", ".").split(".")) and "encrypted" not in suffix


def _is_foreign(descriptor: Descriptor, media_type: str | None) -> bool:
    return bool(texts(descriptor.get("urls"))) or any(
        word in (media_type or "") for word in (".foreign.", ".nondistributable.")
    )


def _distance(wanted: Platform, entry: Descriptor) -> int | None:
    offered = platform_of(entry)
    return None if offered is None else wanted.distance(offered)
