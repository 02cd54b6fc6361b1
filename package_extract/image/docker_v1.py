"""Archive from before manifest.json: a chain of ID/json and ID/layer.tar (Docker image specification 1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.errors import CorruptImage
from package_extract.image.files import missing, read_document
from package_extract.image.json_documents import decode_object, text, texts
from package_extract.image.model import Image, Layer
from package_extract.image.naming import Named, choose_named

if TYPE_CHECKING:
    from package_extract.image.files import Files
    from package_extract.reference import Reference

__all__ = ["v1_image"]

_MAXIMUM_LAYERS = 4096


def v1_image(files: Files, reference: Reference) -> Image:
    """The image whose topmost layer the file `repositories` names."""
    repositories = decode_object(read_document(files, "repositories", "repositories"), f"repositories of {files.name}")
    tagged: dict[str, list[str]] = {}
    for name, tags in repositories.items():
        for tag, top in (tags if isinstance(tags, dict) else {}).items():
            tagged.setdefault(str(top), []).append(f"{name}:{tag}")
    images = [Named(top, tuple(names)) for top, names in tagged.items()]
    top = choose_named(images, reference.choice, files.name)
    chain = _chain(files, top)
    layers = [_layer(files, identifier) for identifier, _ in chain]
    return Image(str(reference), layers, config=_config(chain), repo_tags=tagged[top])


def _chain(files: Files, top: str) -> list[tuple[str, dict[str, Any]]]:
    """Each layer's identifier and description, base first."""
    chain: dict[str, dict[str, Any]] = {}
    identifier: str | None = top
    while identifier is not None:
        if identifier in chain or len(chain) >= _MAXIMUM_LAYERS:
            raise CorruptImage(f"the layers of {files.name} are each other's parents")
        subject = f"the description of layer {identifier[:100]}"
        chain[identifier] = decode_object(read_document(files, f"{identifier}/json", subject), subject)
        identifier = text(chain[identifier].get("parent"))
    return list(chain.items())[::-1]


def _layer(files: Files, identifier: str) -> Layer:
    path = f"{identifier}/layer.tar"
    size = files.size(path)
    if size is None:
        raise missing(files, path)
    return Layer(files.opener(path), size=size)


def _config(chain: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """A configuration in today's form: the topmost description, and each layer's origin as history."""
    top = chain[-1][1]
    kept = ("architecture", "os", "variant", "created", "author", "config")
    config = {key: top[key] for key in kept if top.get(key) is not None}
    config["history"] = [_history(description) for _, description in chain]
    return config


def _history(description: dict[str, Any]) -> dict[str, Any]:
    container = description.get("container_config")
    command = " ".join(texts(container.get("Cmd"))) if isinstance(container, dict) else ""
    history = {
        "created": text(description.get("created")),
        "created_by": command,
        "comment": text(description.get("comment")),
    }
    return {key: value for key, value in history.items() if value}
