"""Digests as the OCI image specification writes them: "algorithm:hex" (image-spec 1.1, descriptor.md)."""

from __future__ import annotations

import hashlib

from package_extract.errors import CorruptImage, DigestMismatch

__all__ = ["check_digest", "digest_of", "is_digest", "split_digest"]

_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_HEX_DIGITS = frozenset("0123456789abcdef")


def is_digest(text: object) -> bool:
    """Whether this is a digest of a known algorithm; only such a one may become part of a path."""
    if not isinstance(text, str):
        return False
    algorithm, _, encoded = text.partition(":")
    return len(encoded) == _HEX_LENGTHS.get(algorithm, -1) and _HEX_DIGITS.issuperset(encoded)


def split_digest(digest: object, subject: str) -> tuple[str, str]:
    """Algorithm and hexadecimal of a digest; `CorruptImage` if it is none. `subject` names it for people."""
    if not is_digest(digest):
        raise CorruptImage(f"the digest of {subject} is not valid: {str(digest)[:100]!r}")
    algorithm, _, encoded = str(digest).partition(":")
    return algorithm, encoded


def digest_of(data: bytes, algorithm: str = "sha256") -> str:
    """The digest of these bytes."""
    return f"{algorithm}:{hashlib.new(algorithm, data).hexdigest()}"


def check_digest(data: bytes, digest: str, subject: str) -> None:
    """Raise `DigestMismatch` unless the bytes are those that the digest names."""
    algorithm, _ = split_digest(digest, subject)
    found = digest_of(data, algorithm)
    if found != digest:
        raise DigestMismatch(subject, digest, found)
