"""A root filesystem in memory, read by the real engine as the one layer of an image."""

from __future__ import annotations

import io
import os
import tarfile
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from package_extract.filesystem.squash import squash
from package_extract.image.model import Image, Layer
from package_extract.image_view import SharedView, View
from package_extract.layer.contents import LayerContents
from package_extract.layer.limits import Limits
from package_extract.layer.matcher import Matcher
from package_extract.layer.reading import LayerReader
from package_extract.ownership import Ownership

# A busy machine is no failure. CI tries the same examples each time; elsewhere new ones are looked for.
settings.register_profile(
    "everywhere", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("everywhere")


def layer_of(entries: dict[str, bytes | str]) -> Layer:
    """A layer with these files (bytes) and symbolic links (str)."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for path, content in entries.items():
            member = tarfile.TarInfo(path)
            if isinstance(content, str):
                member.type, member.linkname = tarfile.SYMTYPE, content
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content) if isinstance(content, bytes) else None)
    return Layer(open=lambda: io.BytesIO(tar.getvalue()))


class RootInMemory:
    """Files and symbolic links by path, and what an analyzer says about them."""

    def __init__(self, entries: dict[str, bytes | str]) -> None:
        self.entries = entries
        self.problems: list[dict[str, Any]] = []
        self.owners: dict[str, dict[str, Any]] = {}
        self.gone: set[str] = set()
        """Files that cannot be read a second time."""

    def analyze(self, analyzer: Any) -> dict[str, Any]:
        """The analyzer's section, which keeps to its model."""
        layer = layer_of(self.entries)
        reader = LayerReader([analyzer], Matcher([analyzer.wants]), Limits(), "none")
        contents = LayerContents.load(reader.read(layer, "the layer").dump())
        tree = squash([contents])
        shared = SharedView(Image("memory", [layer]), [contents], tree, Ownership(tree), self._again(reader, layer))
        section: dict[str, Any] = analyzer.assemble(View(shared, analyzer))
        shared.ownership._index()
        self.owners = {path: owner for path, (_, owner) in shared.ownership._owners.items()}
        self.problems = contents.problems + shared.problems
        module, name = analyzer.section.split(":")
        assert getattr(import_module(module), name).model_validate(section, strict=True).model_dump() == section
        return section

    def _again(self, reader: LayerReader, layer: Layer) -> Any:
        """Read a file again, unless it is among those that have gone since."""

        def reread(node: Any, limit: int) -> bytes | None:
            return None if node.origin in self.gone else reader.content(layer, node.origin, limit)

        return reread


@pytest.fixture(scope="session")
def root() -> type[RootInMemory]:
    return RootInMemory
