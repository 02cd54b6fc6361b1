"""Manifests, indexes and configurations that say anything at all: an image or an error of ours, nothing else."""

from __future__ import annotations

import copy
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_extract.errors import PackageExtractError
from package_extract.image import open_image
from package_extract.image.model import Layer
from package_extract.image.options import OpenOptions

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Maker

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["../../etc/passwd", "sha256:" + "0" * 64, "unknown", "linux", "", "\ud800"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
OPTIONS = OpenOptions(platform="linux/amd64", verify="none")


def change(data: st.DataObject, document: Any) -> Any:
    """The document with one value, at any depth, replaced by another."""
    changed = copy.deepcopy(document)
    place = changed
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return changed
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(VALUES)
        return changed


def open_or_refuse(reference: str) -> None:
    try:
        with open_image(reference, OPTIONS) as image:
            assert all(isinstance(layer, Layer) for layer in image.layers)
            assert all(isinstance(tag, str) for tag in image.repo_tags)
            json.dumps([image.config, image.manifest], ensure_ascii=False).encode()
    except PackageExtractError as error:
        assert str(error)  # noqa: PT017 - an image is as right as an error


@pytest.fixture
def sound(maker: Maker) -> Path:
    layout = maker.layout()
    layout.write(layout.index(layout.image(), layout.image((2,), platform="linux/arm64")), names=("one",))
    return layout.path


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_layouts(sound: Path, data: st.DataObject) -> None:
    changed = sound.with_name("changed")
    shutil.rmtree(changed, ignore_errors=True)
    shutil.copytree(sound, changed)
    documents = [path for path in sorted(changed.rglob("*")) if path.is_file() and path.read_bytes()[:1] == b"{"]
    victim = data.draw(st.sampled_from(documents))
    victim.write_text(json.dumps(change(data, json.loads(victim.read_bytes()))))
    open_or_refuse(f"oci:{changed}")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_docker_archives(maker: Maker, data: st.DataObject) -> None:
    members = maker.docker_members()
    victim = data.draw(st.sampled_from(["manifest.json", json.loads(members["manifest.json"])[0]["Config"]]))
    members[victim] = json.dumps(change(data, json.loads(members[victim]))).encode()
    open_or_refuse(f"docker-archive:{maker.tar('changed.tar', members)}")
