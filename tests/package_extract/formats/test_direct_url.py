import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.direct_url import DirectUrl, DirectUrlValidationError

from package_extract.errors import FormatError
from package_extract.formats.direct_url import read_direct_url

_scalars = st.none() | st.booleans() | st.just("") | st.sampled_from(["git", "sha256=ab", "sha256", "ab", "x=y"])
_infos = st.fixed_dictionaries(
    {},
    optional={
        "editable": _scalars,
        "vcs": _scalars,
        "commit_id": _scalars,
        "requested_revision": _scalars,
        "hash": _scalars,
        "hashes": _scalars | st.dictionaries(st.sampled_from(["sha256", "x", ""]), _scalars, max_size=2),
        "unknown": _scalars,
    },
)
_urls = st.sampled_from(
    [
        "https://example.org/a.whl",
        "https://user:secret@example.org/a.whl?x=@#f@",
        "https://${USER}:${PASSWORD}@example.org/a.whl",
        "git+ssh://git@example.org/a.git",
        "ssh://me@example.org/a.git",
        "file:///src/project",
        "FILE:///src",
        "file:src",
        "file://host/src",
        "not a url",
        "https://[broken/",
    ]
)
_documents = st.fixed_dictionaries(
    {},
    optional={
        "url": _urls | _scalars,
        "subdirectory": _scalars,
        "archive_info": _infos | _scalars,
        "dir_info": _infos | _scalars,
        "vcs_info": _infos | _scalars,
    },
)


def by_packaging(document: Any) -> dict[str, Any] | None:
    try:
        return dict(DirectUrl.from_dict(document).to_dict(generate_legacy_hash=True))
    except (DirectUrlValidationError, ValueError):
        return None


@given(_documents)
def test_read_direct_url_equals_packaging(document: dict[str, Any]) -> None:
    data, expected = json.dumps(document).encode(), by_packaging(document)
    if expected is not None:
        assert read_direct_url(data) == expected
    else:
        with pytest.raises(FormatError, match="is invalid"):
            read_direct_url(data)


def test_credentials_are_left_out() -> None:
    data = {"url": "https://me:secret@example.org/a-1.zip", "archive_info": {"hash": "sha256=12"}}
    assert read_direct_url(json.dumps(data).encode()) == {
        "url": "https://example.org/a-1.zip",
        "archive_info": {"hash": "sha256=12", "hashes": {"sha256": "12"}},
    }


@pytest.mark.parametrize("data", [b"", b"[]", b"[" * 100_000, b"{}", b"\xff", b'{"url": 1, "dir_info": {}}'])
def test_what_is_invalid_is_a_format_error(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"direct_url\.json is invalid"):
        read_direct_url(data)


def test_a_huge_file_is_refused() -> None:
    with pytest.raises(FormatError, match="too large"):
        read_direct_url(b" " * (1 << 21))
