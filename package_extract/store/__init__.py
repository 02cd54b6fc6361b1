"""Stores: where documents and facts of layers are kept, for one machine or for many.

A store holds bytes under keys. What is under a key is there whole or not at all, whoever is killed meanwhile, and of
several writers that create the same key one succeeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from package_extract.errors import InvalidReference

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Store", "is_store_url", "open_store"]


class Store(Protocol):
    """Bytes under keys. A key is a relative path of "/"-separated names; every method may raise `StoreFailed`."""

    def create(self, key: str, data: bytes) -> bool:
        """Write a key that is not there yet; False, and nothing is changed, if it is."""

    def replace(self, key: str, data: bytes) -> None:
        """Write a key, whether it is there or not."""

    def get(self, key: str) -> bytes | None:
        """What is under a key; None if it is not there."""

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that begin with the prefix, which ends with "/", in any order."""


def is_store_url(text: str) -> bool:
    """Whether the text names a store and not a plain path."""
    return text.startswith(("file://", "s3://"))


def open_store(location: str) -> Store:
    """The store at "file://DIRECTORY", at a plain path, or at "s3://BUCKET/PREFIX".

    Raises `InvalidReference` for anything else, `ToolMissing` if S3 is asked for and its client is not installed.
    """
    scheme, separator, rest = location.partition("://")
    if not separator:
        scheme, rest = "file", location
    if not rest or rest.startswith("?") or scheme not in {"file", "s3"}:
        raise InvalidReference(f"{location!r} is no store; write file://DIRECTORY or s3://BUCKET/PREFIX")
    if scheme == "s3":
        from package_extract.store.s3 import S3

        return S3(rest)
    from package_extract.store.directory import Directory

    return Directory(rest)
