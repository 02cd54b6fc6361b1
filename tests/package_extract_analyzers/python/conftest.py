"""Images in memory, read by the engine itself."""

from __future__ import annotations

import io
import tarfile
from dataclasses import dataclass
from typing import Any

import pytest

from package_extract.document.python_packages import PythonPackagesSection
from package_extract.filesystem.squash import squash
from package_extract.image.model import Image, Layer
from package_extract.image_view import SharedView, View
from package_extract.layer.limits import Limits
from package_extract.layer.matcher import Matcher
from package_extract.layer.reading import LayerReader
from package_extract.ownership import Ownership
from package_extract_analyzers.python.packages import PythonPackages

Entries = dict[str, bytes | str | None]


@dataclass
class Outcome:
    """A section and the problems, with ways to look things up."""

    section: dict[str, Any]
    problems: list[dict[str, Any]]
    ownership: Ownership

    @property
    def environments(self) -> list[dict[str, Any]]:
        return self.section["environments"]

    def environment(self, prefix: str) -> dict[str, Any]:
        (found,) = [environment for environment in self.environments if environment["prefix"] == prefix]
        return found

    @property
    def packages(self) -> dict[str, dict[str, Any]]:
        """By metadata path."""
        rows = [row for environment in self.environments for row in environment["packages"]]
        assert len({row["metadata_path"] for row in rows}) == len(rows)
        return {row["metadata_path"]: row for row in rows}

    @property
    def visible(self) -> list[tuple[str, str | None]]:
        return [(row["name"], row["version"]) for row in self.packages.values() if row["shadowed_by"] is None]


def tar(entries: Entries) -> bytes:
    """Files (bytes), symbolic links (str) and directories (None) as one layer."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as written:
        for path, content in entries.items():
            entry = tarfile.TarInfo(path)
            if content is None:
                entry.type = tarfile.DIRTYPE
                written.addfile(entry)
            elif isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
                written.addfile(entry)
            else:
                entry.size = len(content)
                written.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def analyze(*layers: Entries, claims: dict[str, list[str]] | None = None) -> Outcome:
    """The section of an image of these layers; `claims` are files of Debian packages, by name."""
    analyzer = PythonPackages()
    reader = LayerReader([analyzer], Matcher([analyzer.wants]), Limits(), "none")
    blobs = [tar(entries) for entries in layers]
    image = Image("memory", [Layer(lambda blob=blob: io.BytesIO(blob)) for blob in blobs])
    contents = [reader.read(layer, "the layer") for layer in image.layers]
    tree = squash(contents)
    shared = SharedView(image, contents, tree, Ownership(tree), lambda *_: None)
    for name, paths in (claims or {}).items():
        shared.ownership.claim({"type": "deb", "name": name, "version": "1-1"}, paths)
    section = analyzer.assemble(View(shared, analyzer))
    assert PythonPackagesSection.model_validate(section, strict=True).model_dump() == section
    read = [problem for layer in contents for problem in layer.problems]
    return Outcome(section, read + shared.problems, shared.ownership)


@pytest.fixture(name="analyze")
def _analyze() -> Any:
    return analyze
