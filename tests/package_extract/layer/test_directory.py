"""A directory in place of a tar."""

from __future__ import annotations

import os

from package_extract.image.model import Layer
from package_extract.layer.contents import LARGE
from package_extract.layer.limits import Limits
from package_extract.layer.matcher import Matcher
from package_extract.layer.reading import LayerReader


def read(keeper, root):
    reader = LayerReader([keeper()], Matcher([keeper.wants]), Limits(), "digest")
    return reader.read(Layer(open=lambda: None, directory=str(root)), "layer 1")


def test_links_are_noted_and_not_followed(keeper, tmp_path):
    (tmp_path / "outside.txt").write_text("secret")
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "a/b.txt").write_text("content")
    (root / "a/empty.txt").write_text("")
    (root / "a/other").write_text("x")
    (root / "a/program").write_bytes(b"\x7fELF" + bytes(20))
    (root / "link").symlink_to("../outside.txt")
    (root / "loop").symlink_to(".")
    os.mkfifo(root / "pipe.txt")
    contents = read(keeper, root)
    assert contents.facts["keeper"] == {
        b"a/b.txt": b"content",
        b"a/empty.txt": b"",
        b"a/program": b"\x7fELF" + bytes(20),
    }
    assert contents.nodes[b"link"] == b"../outside.txt"
    assert contents.nodes[b"loop"] == b"."
    assert contents.entries == 8
    assert contents.size == 7 + 1 + 24
    assert contents.problems == []


def test_whiteouts_of_a_directory_are_files(keeper, tmp_path):
    (tmp_path / ".wh.x.txt").write_text("1")
    contents = read(keeper, tmp_path)
    assert contents.whiteouts == []
    assert contents.facts["keeper"] == {b".wh.x.txt": b"1"}


def test_large_files(keeper, tmp_path):
    (tmp_path / "a").mkdir()
    for name, size in (("a/small", LARGE - 1), ("a/large", LARGE), ("a/wanted.txt", LARGE + 1)):
        (tmp_path / name).write_bytes(bytes(size))
    assert read(keeper, tmp_path).large == {b"a/large": LARGE, b"a/wanted.txt": LARGE + 1}
