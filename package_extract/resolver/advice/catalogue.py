"""Prebuilt images that already have what is required: a directory of documents, compared by what they ship."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.document.reading import InvalidDocument, load_valid
from package_extract.resolver.rules.specifiers import contains

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from package_extract.resolver.requirements.request import Request

__all__ = ["Prebuilt", "prebuilt_images", "read_catalogue"]

MOST_IMAGES = 5


class Prebuilt(NamedTuple):
    """An image to consider."""

    image: str
    digest: str | None
    ships: tuple[str, ...]
    """"torch 2.4.0": what it has of the requirements, in versions that satisfy them."""
    lacks: tuple[str, ...]
    """Names of the other requirements."""


def read_catalogue(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The documents in files and directories. Raises `InvalidDocument`, `OSError`."""
    files = [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    documents = [load_valid(file) for file in files]
    if not documents:
        raise InvalidDocument("the catalogue has no documents; put there what `package-extract analyze` writes")
    return documents


def prebuilt_images(documents: Iterable[Mapping[str, Any]], request: Request) -> list[Prebuilt]:
    """Images that ship at least one of the requirements, the most of them first."""
    wanted = {_normalized(each.requirement.name): str(each.requirement.specifier) for each in request.requirements}
    found = []
    for document in documents:
        installed = _installed(document)
        ships = {
            name: installed[name]
            for name, specifier in wanted.items()
            if name in installed and contains(specifier, installed[name], prereleases=True)
        }
        if ships:
            image = document["image"]
            lacks = tuple(sorted(wanted.keys() - ships.keys()))
            shipped = tuple(f"{name} {version}" for name, version in sorted(ships.items()))
            found.append(Prebuilt(str(image.get("reference")), image.get("digest"), shipped, lacks))
    return sorted(found, key=lambda each: (len(each.lacks), each.image))[:MOST_IMAGES]


def _normalized(name: str) -> str:
    from package_extract.formats.python_names import normalize_name

    return normalize_name(name)


def _installed(document: Mapping[str, Any]) -> dict[str, str]:
    section = document["results"].get("python_packages") or {}
    return {
        package["normalized_name"]: package["version"]
        for environment in section.get("environments") or ()
        for package in environment["packages"]
        if package.get("version") and not package.get("shadowed_by")
    }
