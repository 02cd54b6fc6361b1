"""Archives from before manifest.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from package_extract.errors import CorruptImage, InvalidReference
from package_extract.image import open_image

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Maker, Reader


def v1(maker: Maker, parents: dict[str, str | None], repositories: Any) -> Path:
    members: dict[str, Any] = {"repositories": json.dumps(repositories).encode()}
    for number, (identifier, parent) in enumerate(parents.items()):
        description = {
            "id": identifier,
            "created": f"2014-01-0{number + 1}T00:00:00Z",
            "architecture": "amd64",
            "os": "linux",
            "config": {"Env": [f"N={number}"]},
            "container_config": {"Cmd": ["/bin/sh", "-c", f"step {number}"]},
        } | ({"parent": parent} if parent else {})
        members[f"{identifier}/json"] = json.dumps(description).encode()
        members[f"{identifier}/layer.tar"] = maker.layer(number)
    return maker.tar("v1.tar", members)


@pytest.mark.parametrize("prefix", ["", "docker-archive:"])
def test_chain_of_parents(maker: Maker, reader: Reader, prefix: str) -> None:
    path = v1(maker, {"aa": None, "bb": "aa", "cc": "bb"}, {"old": {"1": "cc"}})
    with open_image(f"{prefix}{path}") as image:
        assert reader.layers(image) == [maker.layer(number) for number in range(3)]
        assert image.repo_tags == ["old:1"]
        assert image.config["config"] == {"Env": ["N=2"]}
        assert image.config["architecture"] == "amd64"
        assert [entry["created_by"] for entry in image.config["history"]] == [f"/bin/sh -c step {n}" for n in range(3)]


def test_choice(maker: Maker, reader: Reader) -> None:
    path = v1(maker, {"aa": None, "bb": "aa"}, {"old": {"1": "aa", "2": "bb"}})
    with open_image(f"{path}:old:1") as image:
        assert reader.layers(image) == [maker.layer(0)]
    with pytest.raises(InvalidReference, match="old:1"):
        open_image(str(path))


@pytest.mark.parametrize(
    ("parents", "repositories"),
    [
        ({"aa": "bb", "bb": "aa"}, {"old": {"1": "aa"}}),
        ({"aa": "aa"}, {"old": {"1": "aa"}}),
        ({"aa": "gone"}, {"old": {"1": "aa"}}),
        ({"aa": None}, {"old": {"1": "../../etc"}}),
        ({"aa": None}, {"old": {"1": ["aa"]}}),
        ({"aa": None}, {"old": 7}),
        ({"aa": None}, {}),
        ({"aa": None}, 7),
    ],
)
def test_broken_chains(maker: Maker, parents: dict[str, str | None], repositories: Any) -> None:
    with pytest.raises(CorruptImage):
        open_image(str(v1(maker, parents, repositories)))
