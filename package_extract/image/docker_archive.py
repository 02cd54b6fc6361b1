"""Archive as `docker save` writes it: manifest.json names configuration and layers (Docker image specification 1.2).

Archives from before manifest.json (specification 1.0) are read by `docker_v1`. Names of files are only a convention of
the writing tool: one that does not match its content is a problem, not an error.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from package_extract.errors import CorruptImage
from package_extract.image.archives import open_archive
from package_extract.image.digest import digest_of, is_digest
from package_extract.image.files import Folder, missing, read_document
from package_extract.image.json_documents import decode, decode_object, objects, text, texts
from package_extract.image.manifest import absent_layer, require_platform, set_diff_ids
from package_extract.image.model import Image, ImageProblem, Layer
from package_extract.image.naming import Named, choose_named

if TYPE_CHECKING:
    from package_extract.image.files import Files
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["archive_image", "open_image"]

_MAXIMUM_LAYERS = 4096


def open_image(reference: Reference, options: OpenOptions) -> Image:
    """The image in the archive that the reference names."""
    if os.path.isdir(reference.location):
        return archive_image(Folder(reference.location), reference, options)
    return archive_image(open_archive(reference.location, options), reference, options)


def archive_image(files: Files, reference: Reference, options: OpenOptions) -> Image:
    """The image in the archive that these files make up; the image owns the files."""
    try:
        image = _image(files, reference, options)
        require_platform(image, options)
    except BaseException:
        files.close()
        raise
    image.close = files.close
    return image


def _image(files: Files, reference: Reference, options: OpenOptions) -> Image:
    if files.size("manifest.json") is None and files.size("repositories") is not None:
        from package_extract.image.docker_v1 import v1_image

        return v1_image(files, reference)
    if files.size("manifest.json") is None and files.size("index.json") is not None:
        raise CorruptImage(f"{files.name} is an OCI archive; write oci-archive:{files.name}")
    content = read_document(files, "manifest.json", "manifest.json")
    entries = objects(decode(content, f"manifest.json of {files.name}"))
    images = [Named(entry, tuple(texts(entry.get("RepoTags")))) for entry in entries]
    entry = choose_named(images, reference.choice, files.name)
    image = Image(str(reference), [], manifest=entry, repo_tags=texts(entry.get("RepoTags")))
    _add_config(image, files, options)
    _add_layers(image, files)
    return image


def _add_config(image: Image, files: Files, options: OpenOptions) -> None:
    path = text(image.manifest.get("Config"))
    if path is None:
        raise CorruptImage(f"manifest.json of {files.name} names no configuration")
    content = read_document(files, path, f"the configuration {path}")
    image.config = decode_object(content, f"the configuration {path}")
    image.config_digest = digest_of(content)
    named = digest_in_name(path)
    if options.verify != "none" and named is not None and named != image.config_digest:
        message = f"the configuration's name says {named}, its content is {image.config_digest}"
        image.problems.append(ImageProblem("config-digest", message))


def _add_layers(image: Image, files: Files) -> None:
    paths = image.manifest.get("Layers")
    if paths is not None and (not isinstance(paths, list) or len(paths) > _MAXIMUM_LAYERS):
        raise CorruptImage(f"manifest.json of {files.name} has no valid list of layers")
    sources = image.manifest.get("LayerSources")
    for number, path in enumerate(paths or []):
        if not isinstance(path, str):
            raise CorruptImage(f"layer {number + 1} in manifest.json of {files.name} is no path")
        image.layers.append(_layer(image, number, path, files, sources))
    set_diff_ids(image)


def _layer(image: Image, number: int, path: str, files: Files, sources: object) -> Layer:
    size = files.size(path)
    if size is None:
        return _foreign_layer(image, number, path, files, sources)
    in_layout = path.startswith("blobs/")
    return Layer(files.opener(path), digest_in_name(path) if in_layout else None, size=size)


def _foreign_layer(image: Image, number: int, path: str, files: Files, sources: object) -> Layer:
    """A layer that is not in the archive, if `LayerSources` says that it never was."""
    foreign: list[dict[str, Any]] = objects(list(sources.values())) if isinstance(sources, dict) else []
    for source in foreign:
        if digest_in_name(path) == source.get("digest") and texts(source.get("urls")):
            message = f"layer {number + 1} ({path}) is a foreign layer that is not part of the archive"
            image.problems.append(ImageProblem("foreign-layer", message, layer=number))
            return absent_layer(message, digest=text(source.get("digest")))
    raise missing(files, f"layer {number + 1} ({path})")


def digest_in_name(path: str) -> str | None:
    """The sha256 digest that a file is named by: "blobs/sha256/HEX", "HEX.json", "sha256:HEX"; None if by none."""
    name = path.rpartition("/")[2].partition(".")[0].removeprefix("sha256:")
    digest = f"sha256:{name}"
    return digest if is_digest(digest) else None
