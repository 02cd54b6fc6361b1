from __future__ import annotations

import json
import shutil
import tarfile
from typing import TYPE_CHECKING

from benchmarks.layers import ImageLayer, snapshot, write_docker_archive, write_layer

if TYPE_CHECKING:
    from pathlib import Path


def members(layer: Path) -> list[str]:
    with tarfile.open(layer) as tar:
        return tar.getnames()


def test_the_first_layer_is_the_whole_tree(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "motd").write_text("welcome")
    (root / "link").symlink_to("etc/motd")

    write_layer(root, tmp_path / "layer.tar")

    assert members(tmp_path / "layer.tar") == ["etc", "etc/motd", "link"]


def test_a_later_layer_holds_changes_and_the_topmost_whiteouts(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for path in ("kept/same", "kept/gone", "removed/below/deep"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path)
    before = snapshot(root)
    (root / "kept" / "gone").unlink()
    shutil.rmtree(root / "removed")
    (root / "kept" / "new").write_text("")

    write_layer(root, tmp_path / "layer.tar", before)

    assert members(tmp_path / "layer.tar") == [".wh.removed", "kept/.wh.gone", "kept/new"]


def test_an_opaque_directory_is_written_whole_and_hides_what_was_below(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "package").mkdir(parents=True)
    (root / "package" / "same").write_text("")
    (root / "package" / "old").write_text("")
    before = snapshot(root)
    (root / "package" / "old").unlink()

    write_layer(root, tmp_path / "layer.tar", before, opaque=["package"])

    assert members(tmp_path / "layer.tar") == ["package/.wh..wh..opq", "package/same"]


def test_names_that_look_like_options_or_are_not_utf8_are_names(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    names = ["--to-command=false", "line\nbreak", "\udcff"]
    for name in names:
        (root / name).write_text("")

    write_layer(root, tmp_path / "layer.tar")

    assert members(tmp_path / "layer.tar") == sorted(names)


def test_the_same_tree_gives_the_same_archive(tmp_path: Path) -> None:
    archives = []
    for attempt in ("first", "second"):
        root = tmp_path / attempt
        root.mkdir()
        (root / "file").write_text("content")
        layer = tmp_path / f"{attempt}.tar"
        write_layer(root, layer)
        archive = tmp_path / f"{attempt}-image.tar"
        write_docker_archive(archive, [ImageLayer(layer, "made")], {"Cmd": ["sh"]}, "test:latest")
        archives.append(archive.read_bytes())

    assert archives[0] == archives[1]
    with tarfile.open(tmp_path / "first-image.tar") as tar:
        manifest = json.load(tar.extractfile("manifest.json"))  # type: ignore[arg-type]
        assert set(manifest[0]["Layers"]) < set(tar.getnames())
