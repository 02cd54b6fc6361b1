from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.resolver.index.urls import as_address, join, local_path, split_fragment


@pytest.mark.parametrize(
    ("text", "url", "credentials"),
    [
        ("https://a.example/simple", "https://a.example/simple", None),
        ("https://me:p%40ss@a.example:1/s", "https://a.example:1/s", ("me", "p@ss")),
        ("https://token@a.example/s", "https://a.example/s", ("token", "")),
        ("file:///a/b", "file:///a/b", None),
        ("/a b/c", "file:///a%20b/c", None),
    ],
)
def test_addresses(text: str, url: str, credentials: tuple[str, str] | None) -> None:
    assert as_address(text) == (url, credentials)


def test_local_paths() -> None:
    assert local_path("file:///a%20b/c") == "/a b/c"
    assert local_path("https://a.example/c") is None


def test_fragments() -> None:
    assert split_fragment("x.zip#sha256=AB") == ("x.zip", {"sha256": "ab"})
    assert split_fragment("x.zip#egg=x") == ("x.zip", {})
    assert split_fragment("x.zip") == ("x.zip", {})


def test_what_is_no_link() -> None:
    for link in ("http://[::bad/x", "javascript:x", "data:x", "https://a\u2100b.example/x"):
        assert join("https://a.example/simple/x/", link) == ""
    assert join("https://a.example/simple/x/", "http://[::1]/x") == "http://[::1]/x"


@given(st.text(max_size=30))
def test_any_link(link: str) -> None:
    assert isinstance(join("https://a.example/simple/x/", link), str)
