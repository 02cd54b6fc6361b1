"""OCI image layout, as a directory or as a tar archive (image-spec 1.1, image-layout.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.image.digest import is_digest, split_digest
from package_extract.image.files import Folder, read_document
from package_extract.image.json_documents import decode_object, objects, text
from package_extract.image.manifest import Descriptor, choose, is_attestation, load_image, platform_of
from package_extract.image.model import Layer
from package_extract.image.naming import Named, choose_named

if TYPE_CHECKING:
    from package_extract.image.files import Files
    from package_extract.image.model import Image
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["LayoutBlobs", "blob_path", "layout_image", "open_image"]

_NAME = "org.opencontainers.image.ref.name"
_FULL_NAME = "io.containerd.image.name"


def open_image(reference: Reference, options: OpenOptions) -> Image:
    """The image in the layout directory that the reference names."""
    return layout_image(Folder(reference.location), reference, options)


def layout_image(files: Files, reference: Reference, options: OpenOptions) -> Image:
    """The image in the layout that these files make up; the image owns the files."""
    index = decode_object(read_document(files, "index.json", "index.json"), f"index.json of {files.name}")
    entry = _choose(objects(index.get("manifests")), reference.choice, files, options)
    image = load_image(str(reference), entry, LayoutBlobs(files), options)
    image.repo_tags = [name for name in _names(entry) if ":" in name]
    image.close = files.close
    return image


def _choose(entries: list[Descriptor], choice: str | None, files: Files, options: OpenOptions) -> Descriptor:
    """The entry that the choice names; entries that differ only in their platform are one image."""
    entries = [entry for entry in entries if not is_attestation(entry)]
    digest = (choice or "").rpartition("@")[2]
    if is_digest(digest):
        listed = [entry for entry in entries if entry.get("digest") == digest]
        if listed or files.size(blob_path(digest, "the manifest")) is not None:
            return listed[0] if listed else {"digest": digest}
    groups: dict[object, list[Descriptor]] = {}
    for place, entry in enumerate(entries):
        groups.setdefault(_names(entry) if platform_of(entry) else place, []).append(entry)
    images = [Named(group, _names(group[0]), text(group[0].get("digest"))) for group in groups.values()]
    group = choose_named(images, choice, files.name)
    return group[0] if len(group) == 1 else choose(group, options)


def _names(entry: Descriptor) -> tuple[str, ...]:
    """The names that an entry's annotations give, the full one first."""
    annotations = entry.get("annotations")
    found = [text(annotations.get(key)) for key in (_FULL_NAME, _NAME)] if isinstance(annotations, dict) else []
    return tuple(dict.fromkeys(name for name in found if name))


def blob_path(digest: object, subject: str) -> str:
    """Where a layout keeps the blob of this digest."""
    return "blobs/" + "/".join(split_digest(digest, subject))


class LayoutBlobs:
    """The blobs of a layout."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def document(self, digest: str, subject: str) -> bytes:
        """All bytes of a manifest, an index or a configuration."""
        return read_document(self._files, blob_path(digest, subject), subject)

    def layer(self, descriptor: Descriptor, subject: str) -> Layer | None:
        """The layer whose blob the descriptor names; None if it is not in the layout."""
        path = blob_path(descriptor.get("digest"), subject)
        size = self._files.size(path)
        return None if size is None else Layer(self._files.opener(path), size=size)
