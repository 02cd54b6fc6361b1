"""Folders of skopeo's `dir:` transport."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from package_extract.errors import CorruptImage, NoSuchImage, UnsupportedMediaType
from package_extract.image import open_image
from package_extract.image.options import OpenOptions

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Maker, Reader

AMD64 = OpenOptions(platform="linux/amd64")


def folder_of(maker: Maker, *platforms: str) -> tuple[Path, str]:
    """The folder that skopeo would write for an image or, for several platforms, an index."""
    layout = maker.layout()
    entries = [layout.image((number,), platform=platform, docker=True) for number, platform in enumerate(platforms)]
    top = entries[0] if len(entries) == 1 else layout.index(*entries)
    folder = maker.folder / "folder"
    shutil.copytree(layout.path / "blobs/sha256", folder)
    (folder / top["digest"][7:]).rename(folder / "manifest.json")
    for entry in entries if len(entries) > 1 else []:
        (folder / entry["digest"][7:]).rename(folder / f"{entry['digest'][7:]}.manifest.json")
    (folder / "version").write_text("Directory Transport Version: 1.1\n")
    return folder, top["digest"]


@pytest.mark.parametrize("prefix", ["dir:", ""])
def test_image(maker: Maker, reader: Reader, prefix: str) -> None:
    folder, digest = folder_of(maker, "linux/amd64")
    with open_image(f"{prefix}{folder}", AMD64) as image:
        assert reader.layers(image) == [maker.layer(0)]
        assert image.digest == digest
        assert image.layers[0].digest is not None
        assert image.media_type == "application/vnd.docker.distribution.manifest.v2+json"


def test_folder_without_version(maker: Maker, reader: Reader) -> None:
    folder, _ = folder_of(maker, "linux/amd64")
    (folder / "version").unlink()
    with open_image(str(folder), AMD64) as image:
        assert reader.layers(image) == [maker.layer(0)]


def test_index(maker: Maker, reader: Reader) -> None:
    folder, digest = folder_of(maker, "linux/amd64", "linux/arm64")
    with open_image(f"dir:{folder}", OpenOptions(platform="linux/arm64")) as image:
        assert reader.layers(image) == [maker.layer(1)]
        assert image.index_digest == digest


def test_missing_parts(maker: Maker) -> None:
    folder, _ = folder_of(maker, "linux/amd64")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / manifest["layers"][0]["digest"][7:]).unlink()
    with pytest.raises(CorruptImage, match=r"layer 1 .* is missing"):
        open_image(f"dir:{folder}", AMD64)
    (folder / manifest["config"]["digest"][7:]).unlink()
    with pytest.raises(CorruptImage, match="configuration is missing"):
        open_image(f"dir:{folder}", AMD64)
    (folder / "manifest.json").write_text('{"schemaVersion": 1, "fsLayers": []}')
    with pytest.raises(UnsupportedMediaType, match="schema 1"):
        open_image(f"dir:{folder}", AMD64)
    (folder / "manifest.json").unlink()
    with pytest.raises(CorruptImage, match=r"manifest.json is missing"):
        open_image(f"dir:{folder}", AMD64)
    with pytest.raises(NoSuchImage):
        open_image(f"dir:{folder}/nothing", AMD64)
