"""Entry points, read without `importlib.metadata` and equal to what it says."""

from __future__ import annotations

import importlib.metadata

import pytest

from package_extract import discovery


def test_the_same_as_importlib_metadata():
    expected = {(point.name, point.value) for point in importlib.metadata.entry_points(group=discovery.GROUP)}
    assert {(point.name, point.target) for point in discovery.entry_points()} == expected
    assert expected


def test_a_third_party(tmp_path, monkeypatch):
    info = tmp_path / "other-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(
        "[console_scripts]\nx = y:z\n\n[package_extract.analyzers]\n# theirs\nown = own_module:Own [extra]\nbroken=no_such:X\n"
    )
    (tmp_path / "own_module.py").write_text("class Own:\n    name = 'own'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = {point.name: point for point in discovery.entry_points()}
    assert found["own"] == ("own", "own_module:Own", "other-1")
    assert discovery.load(found["own"]).name == "own"
    with pytest.raises(discovery.AnalyzerUnusable, match="the analyzer broken cannot be loaded: ModuleNotFoundError"):
        discovery.load(found["broken"])


def test_unknown_names():
    with pytest.raises(discovery.UnknownAnalyzer, match="there is no analyzer x, y; installed are "):
        discovery.selected(["y", "x", "dpkg"], discovery.entry_points())
    assert [point.name for point in discovery.selected(["dpkg"], discovery.entry_points())] == ["dpkg"]
