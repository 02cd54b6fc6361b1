"""Choosing one of several images by name."""

from __future__ import annotations

import pytest

from package_extract.errors import CorruptImage, InvalidReference, NoSuchImage
from package_extract.image.naming import Named, choose_named, is_same_name

IMAGES = [Named("one", ("a:1", "b:1")), Named("two", ("a:2",)), Named("three", ("c:1",))]


@pytest.mark.parametrize(
    ("choice", "item"),
    [("a:1", "one"), ("b:1", "one"), ("2", "two"), ("docker.io/library/c:1", "three"), ("@2", "three")],
)
def test_choice(choice: str, item: str) -> None:
    assert choose_named(IMAGES, choice, "here") == item


def test_tag_of_several_images() -> None:
    with pytest.raises(InvalidReference, match="@0: a:1, b:1; @1: a:2; @2: c:1"):
        choose_named(IMAGES, "1", "here")


@pytest.mark.parametrize("choice", ["3", "a", "@3", "@", "@x", "@-1", "@٣", "@99999999999", "sha256:" + "0" * 64])
def test_no_such_image(choice: str) -> None:
    with pytest.raises(NoSuchImage, match="here holds no image"):
        choose_named(IMAGES, choice, "here")


def test_no_image_at_all() -> None:
    with pytest.raises(CorruptImage, match="here holds no image"):
        choose_named([], None, "here")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("debian", "docker.io/library/debian:latest"),
        ("debian:12", "index.docker.io/debian:12"),
        ("a/b:1", "docker.io/a/b:1"),
        ("localhost:5000/a", "localhost:5000/a:latest"),
    ],
)
def test_same_names(name: str, other: str) -> None:
    assert is_same_name(name, other)
    assert not is_same_name(name, other + "x")
