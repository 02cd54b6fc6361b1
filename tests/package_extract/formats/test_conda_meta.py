import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.conda_meta import read_conda_meta


def test_a_record() -> None:
    record = {"name": "zlib", "version": "1.3", "build": "0", "files": ["lib/libz.so", 7, ""], "requested_spec": "zlib"}
    assert read_conda_meta(json.dumps(record).encode()) == {
        "name": "zlib",
        "version": "1.3",
        "files": ["lib/libz.so"],
        "requested": True,
    }


@pytest.mark.parametrize(
    ("more", "requested"),
    [
        ({}, None),
        ({"requested_spec": ""}, False),
        ({"requested_spec": "None"}, False),
        ({"requested_specs": []}, False),
    ],
)
def test_requested(more: dict[str, object], requested: bool | None) -> None:
    assert read_conda_meta(json.dumps({"name": "a", "version": "1", **more}).encode())["requested"] is requested


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"name": "a"}', b'{"version": "1"}', b'{"name": 1, "version": "1"}', b"[" * 10_000]
)
def test_what_is_no_record_is_a_format_error(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        read_conda_meta(data)
    assert caught.value.code == "corrupt-conda-record"


@given(st.binary(max_size=100))
def test_any_bytes_give_a_record_or_a_format_error(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_conda_meta(data)
