from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.resolver.index.columns import Encoded, in_memory
from package_extract.resolver.index.encoding import encoded
from package_extract.resolver.index.simple_json import read_json_page
from package_extract.resolver.source import DistributionFile

BASE = "https://index.example/simple/demo/"
SHA = "0a" * 32


def page(*files: object, version: str = "1.1") -> bytes:
    return json.dumps({"meta": {"api-version": version}, "name": "demo", "files": files}).encode()


def encoded_json(**entry: object) -> Encoded:
    listed = read_json_page(page({"filename": "demo-1.0.zip", "url": "demo-1.0.zip", "hashes": {}} | entry))
    return encoded("demo", BASE, listed)


def only_json(**entry: object) -> DistributionFile:
    (file,) = in_memory("demo", "https://index.example/simple", encoded_json(**entry)).files(0)
    return file


def test_every_field() -> None:
    file = only_json(
        url="https://files.example/demo-1.0.zip",
        hashes={"sha256": SHA.upper(), "unknown": "x"},
        size=12,
        **{"requires-python": ">=3.8", "yanked": "bad", "upload-time": "2024-01-02T03:04:05Z"},
        **{"core-metadata": {"sha256": SHA}},
    )
    assert file == DistributionFile(
        project="demo",
        version="1.0",
        filename="demo-1.0.zip",
        url="https://files.example/demo-1.0.zip",
        hashes={"sha256": SHA},
        size=12,
        requires_python=">=3.8",
        yanked="bad",
        upload_time="2024-01-02T03:04:05.000000Z",
        core_metadata={"sha256": SHA},
        index="https://index.example/simple",
    )


@pytest.mark.parametrize(("yanked", "expected"), [(True, ""), (False, None), ("", ""), (None, None), ("why", "why")])
def test_withdrawal(yanked: object, expected: str | None) -> None:
    assert only_json(yanked=yanked).yanked == expected


@pytest.mark.parametrize(("value", "expected"), [(True, True), (False, None), ({}, True), (None, None), ("x", None)])
@pytest.mark.parametrize("key", ["core-metadata", "data-dist-info-metadata"])
def test_metadata_under_both_names(key: str, value: object, expected: object) -> None:
    assert only_json(**{key: value}).core_metadata == expected


def test_links_are_relative_to_the_page_and_lose_credentials() -> None:
    assert only_json(url="../../f/demo-1.0.zip").url == "https://index.example/f/demo-1.0.zip"
    assert only_json(url="//other.example/x").url == "https://other.example/x"
    assert only_json(url="https://me:secret@other.example/x").url == "https://other.example/x"
    assert b"secret" not in encoded_json(url="https://me:secret@other.example/x").lines


def test_entries_that_are_none_are_left_out() -> None:
    broken = [None, 1, {}, {"filename": 1, "url": "x", "hashes": {}}, {"filename": "x"}, [], "x"]
    assert read_json_page(page(*broken)) == []


def test_values_of_other_types_are_absent() -> None:
    file = only_json(hashes=[], size=True, **{"requires-python": 3, "upload-time": 5, "yanked": [], "new": 1})
    assert (file.hashes, file.size, file.requires_python, file.upload_time, file.yanked) == (
        {},
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize("version", ["2.0", "10.1", ""])
def test_another_major_version(version: str) -> None:
    with pytest.raises(FormatError, match="not known"):
        read_json_page(page(version=version))


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,metafils01 \\', max_size=60).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    try:
        read_json_page(data)
    except FormatError as error:
        assert "\n" not in str(error)  # noqa: PT017


def test_nesting_without_end() -> None:
    with pytest.raises(FormatError):
        read_json_page(b'{"meta":{"api-version":"1.0"},"files":' + b"[" * 100000)
