"""Platforms and their order of preference."""

from __future__ import annotations

import pytest

from package_extract.errors import InvalidReference
from package_extract.image.manifest import choose
from package_extract.image.options import OpenOptions
from package_extract.image.platform import Platform


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("Linux/aarch64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/armv7l", "linux/arm"),
        ("linux/armhf", "linux/arm"),
        ("linux/arm/v6", "linux/arm/v6"),
        ("linux/i686", "linux/386"),
        ("windows/amd64", "windows/amd64"),
        ("linux/ppc64le", "linux/ppc64le"),
    ],
)
def test_names(asked: str, shown: str) -> None:
    assert str(Platform.parse(asked)) == shown


@pytest.mark.parametrize("asked", ["", "amd64", "linux/", "/amd64", "linux/arm/v7/x", "linux//v7"])
def test_what_is_no_platform(asked: str) -> None:
    with pytest.raises(InvalidReference, match="is no platform"):
        Platform.parse(asked)


@pytest.mark.parametrize(
    ("asked", "offered", "chosen"),
    [
        ("linux/arm64", ["linux/arm/v7", "linux/arm64/v8"], 1),
        ("linux/arm64/v8", ["linux/amd64", "linux/arm64"], 1),
        ("linux/arm", ["linux/arm/v5", "linux/arm/v6", "linux/arm/v7"], 2),
        ("linux/arm/v7", ["linux/arm/v5", "linux/arm/v6"], 1),
        ("linux/arm/v6", ["linux/arm/v7", "linux/arm/v5"], 1),
        ("linux/amd64", ["linux/amd64/v3", "linux/amd64"], 1),
        ("linux/amd64/v3", ["linux/amd64", "linux/amd64/v2", "linux/amd64/v4"], 1),
        ("windows/amd64", ["linux/amd64", "windows/amd64"], 1),
        ("linux/amd64", ["linux/amd64", "linux/amd64"], 0),
    ],
)
def test_preference(asked: str, offered: list[str], chosen: int) -> None:
    entries = []
    for platform in offered:
        system, architecture, variant = [*platform.split("/"), ""][:3]
        entries.append({"platform": {"os": system, "architecture": architecture, "variant": variant}})
    assert choose(entries, OpenOptions(platform=asked)) is entries[chosen]


def test_this_machine() -> None:
    here = Platform.here()
    assert here.system == "linux"
    assert here == Platform.parse(str(here))
