"""Facts of layers, kept by the layer's digest and the analyzers that made them.

One entry for each layer and set of analyzers (names, versions, options): what a layer says of its names depends on
which files are wanted. Only layers whose digest was checked in the same run are kept.
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.layer.contents import LayerContents
    from package_extract.layer.limits import Limits
    from package_extract.plugin import Analyzer

__all__ = ["Claims", "LayerCache", "entry_key", "fingerprint", "open_cache", "open_claims"]

FORMAT = 4


class LayerCache(Protocol):
    """A place for facts, safe with any number of concurrent readers and writers."""

    def get(self, digest: str) -> LayerContents | None:
        """The layer's contents, or None if they are not there, damaged, or not to be had."""

    def put(self, digest: str, contents: LayerContents) -> None:
        """Keep the layer's contents. That they cannot be kept is no error: the next run reads the layer again."""


class Claims(Protocol):
    """Who reads which layer, so that nobody else does. Close them, so that others may have what was not read."""

    def take(self, digest: str, *, wait: bool = False) -> bool:
        """Claim a layer; False if somebody else has it, for whom `wait` waits."""

    def release(self, digest: str) -> None:
        """Let others have the layer."""

    def close(self) -> None:
        """Let others have all layers."""


def open_cache(location: str, fingerprint: str) -> LayerCache:
    """The cache in a directory of this user, or in a store ("file://DIRECTORY", "s3://BUCKET/PREFIX")."""
    if "://" in location:
        from package_extract.cache.shared import SharedCache
        from package_extract.store import open_store

        return SharedCache(open_store(location), fingerprint)
    from package_extract.cache.directory import DirectoryCache

    return DirectoryCache(location, fingerprint)


def open_claims(location: str, fingerprint: str, path: str | None) -> Claims:
    """Who else reads what is not known: on this machine by a file at `path`, and everywhere by a store's leases.

    A cache in a directory has a file of its own.
    """
    from package_extract.cache.claims import ProcessClaims

    if "://" not in location:
        return ProcessClaims(path or f"{location}/claims")
    from package_extract.cache.leases import Leases
    from package_extract.store import open_store

    return Leases(open_store(location), fingerprint, ProcessClaims(path) if path else None)


def fingerprint(analyzers: Iterable[Analyzer], limits: Limits) -> str:
    """What the facts of a layer depend on besides its bytes."""
    parts = [f"{FORMAT} {sys.implementation.cache_tag} {limits}"]
    parts += sorted(f"{a.name} {a.version} {a.wants} {sorted(getattr(a, 'options', {}).items())}" for a in analyzers)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def entry_key(digest: str, fingerprint: str) -> str:
    """The name of the entry about a layer."""
    key = hashlib.sha256(f"{digest} {fingerprint}".encode()).hexdigest()
    return f"layers/{key[:2]}/{key}"
