from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.resolver.index.inflating import Inflating, UnknownEncoding


def inflated(encoding: str, parts: list[bytes], limit: int = 1 << 20) -> Inflating:
    content = Inflating(encoding, limit)
    for part in parts:
        content.feed(part)
    return content


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=3), st.integers(1, 50), st.sampled_from([b"", b"\0\0"]))
def test_members_one_after_the_other_in_parts_of_any_size(members: list[bytes], size: int, padding: bytes) -> None:
    data = b"".join(map(gzip.compress, members)) + padding
    content = inflated("gzip", pieces(data, size))
    assert content.value() == b"".join(members)
    assert content.is_complete


@given(st.binary(max_size=300), st.integers(1, 60))
def test_any_bytes_end_in_content_or_an_error(data: bytes, size: int) -> None:
    try:
        inflated("x-gzip", pieces(data, size))
    except UnknownEncoding as error:
        assert "\n" not in str(error)  # noqa: PT017


def test_what_breaks_off_is_not_complete() -> None:
    assert not inflated("gzip", [gzip.compress(b"content")[:-1]]).is_complete
    assert not inflated("gzip", []).is_complete


def test_a_bomb_is_not_held() -> None:
    bomb = gzip.compress(b"\0" * (10 << 20))
    content = inflated("gzip", pieces(bomb, 100), limit=1000)
    assert 1000 < content.size <= 1001


def test_as_it_is() -> None:
    assert inflated("", [b"a", b"b"]).value() == b"ab"
    assert inflated("Identity", []).value() == b""


def test_an_encoding_that_nobody_asked_for() -> None:
    with pytest.raises(UnknownEncoding, match="'br' was not asked for"):
        Inflating("br", 10)
