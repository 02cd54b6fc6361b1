"""Folder as skopeo's `dir:` transport writes it: manifest.json, and each blob named by its hexadecimal digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.image.digest import digest_of, split_digest
from package_extract.image.files import Folder, read_document
from package_extract.image.manifest import Descriptor, load_image
from package_extract.image.model import Layer

if TYPE_CHECKING:
    from package_extract.image.files import Files
    from package_extract.image.model import Image
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["open_image"]


def open_image(reference: Reference, options: OpenOptions) -> Image:
    """The image in the folder that the reference names."""
    files = Folder(reference.location)
    content = read_document(files, "manifest.json", "manifest.json")
    digest = digest_of(content)
    return load_image(str(reference), {"digest": digest}, _FolderBlobs(files, {digest: content}), options)


class _FolderBlobs:
    """The blobs of such a folder; `known` are documents with names of their own."""

    def __init__(self, files: Files, known: dict[str, bytes]) -> None:
        self._files, self._known = files, known

    def document(self, digest: str, subject: str) -> bytes:
        """All bytes of a manifest, an index or a configuration."""
        if digest in self._known:
            return self._known[digest]
        _, encoded = split_digest(digest, subject)
        instance = f"{encoded}.manifest.json"  # what `skopeo copy --all` calls the manifests of an index
        return read_document(self._files, encoded if self._files.size(instance) is None else instance, subject)

    def layer(self, descriptor: Descriptor, subject: str) -> Layer | None:
        """The layer whose blob the descriptor names; None if it is not in the folder."""
        _, encoded = split_digest(descriptor.get("digest"), subject)
        size = self._files.size(encoded)
        return None if size is None else Layer(self._files.opener(encoded), size=size)
