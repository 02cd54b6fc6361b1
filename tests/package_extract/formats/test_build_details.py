from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.build_details import read_build_details

DETAILS = {
    "schema_version": "1.0",
    "language": {
        "version": "3.14",
        "version_info": {"major": 3, "minor": 14, "micro": 0, "releaselevel": "candidate", "serial": 2},
    },
    "implementation": {"name": "cpython", "cache_tag": "cpython-314"},
    "abi": {"flags": ["t", "d"], "extension_suffix": ".cpython-314td-x86_64-linux-gnu.so"},
}


def test_pep_739() -> None:
    assert read_build_details(json.dumps(DETAILS).encode()) == {
        "implementation": "cpython",
        "version": "3.14.0rc2",
        "ext_suffix": ".cpython-314td-x86_64-linux-gnu.so",
        "flags": ["t", "d"],
    }


@pytest.mark.parametrize("data", [b"{}", b"[]", b'{"language": 3, "abi": {"flags": "t"}}', b"null"])
def test_what_is_missing_is_not_invented(data: bytes) -> None:
    expected = {"implementation": None, "version": None, "ext_suffix": None, "flags": []}
    assert read_build_details(data) == expected


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_build_details(data)


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
JSON = st.recursive(LEAVES, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x), max_leaves=5)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(st.sampled_from(["language", "implementation", "abi"]), JSON))
def test_any_json(details: dict[str, object]) -> None:
    read_build_details(json.dumps(details).encode())
