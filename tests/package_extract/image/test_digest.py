"""Digests, which become parts of paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import CorruptImage, DigestMismatch
from package_extract.image.digest import check_digest, digest_of, is_digest, split_digest


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
@given(data=st.binary())
def test_round_trip(algorithm: str, data: bytes) -> None:
    digest = digest_of(data, algorithm)
    assert split_digest(digest, "x") == tuple(digest.split(":"))
    check_digest(data, digest, "x")
    with pytest.raises(DigestMismatch, match="a thing is not what its digest says"):
        check_digest(data + b"x", digest, "a thing")


ZEROS = "0" * 64
BROKEN = [
    None,
    3,
    "",
    "sha256",
    "sha256:",
    "md5:" + "0" * 32,
    f"sha256:{ZEROS}0",
    "sha256:" + "G" * 64,
    f"sha512:{ZEROS}",
]
BROKEN += ["sha256:" + "0" * 61 + "/..", f"SHA256:{ZEROS}", "sha256:" + "٣" * 64, f"sha256:{ZEROS}\n"]


@pytest.mark.parametrize("digest", BROKEN)
def test_what_is_no_digest(digest: object) -> None:
    assert not is_digest(digest)
    with pytest.raises(CorruptImage, match="the digest of x is not valid"):
        split_digest(digest, "x")


@given(st.text())
def test_only_hexadecimal_becomes_a_path(text: str) -> None:
    assert not is_digest(f"sha256:{text}") or (len(text) == 64 and set(text) <= set("0123456789abcdef"))
