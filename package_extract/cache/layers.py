"""Which layers of an image are known, which are to be read here, and which another process is reading just now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.cache import Claims, LayerCache
    from package_extract.layer.contents import LayerContents

__all__ = ["KnownLayers"]


class KnownLayers:
    """The layers of one run. Close it, so that others may have what was not read."""

    def __init__(self, cache: LayerCache | None, claims: Claims | None) -> None:
        self._cache, self._claims = cache, claims
        self._known: dict[str, LayerContents] = {}
        self._claimed: set[str] = set()
        self._elsewhere: set[str] = set()

    def needed(self, digests: Iterable[str]) -> set[str]:
        """The layers that this process has to read: those that are not known and that nobody else is reading."""
        return {digest for digest in digests if self.known(digest) is None and digest not in self._elsewhere}

    def known(self, digest: str | None) -> LayerContents | None:
        """What is known of a layer. One that is not is claimed if nobody else has."""
        if self._cache is None or digest is None:
            return None
        asked = digest in self._known or digest in self._claimed or digest in self._elsewhere
        if not asked and not self._look_up(digest):
            self._claim(digest)
        return self._known.get(digest)

    def is_elsewhere(self, digest: str | None) -> bool:
        """Whether another process was reading the layer when `known` asked."""
        return digest in self._elsewhere

    def wait(self, digest: str) -> LayerContents | None:
        """What the other process has found out; None if it did not, and the layer is to be read here after all.

        To be called when everything else is read: two that wait for each other would do so for ever.
        """
        if self._claims is not None and digest in self._elsewhere:
            self._claims.take(digest, wait=True)
            self._elsewhere.discard(digest)
            self._claimed.add(digest)
            if self._look_up(digest):
                self._release(digest)
        return self._known.get(digest)

    def keep(self, digest: str, contents: LayerContents) -> None:
        """A layer was read, and its digest held."""
        if self._cache is not None and digest not in self._known:
            self._known[digest] = contents
            self._cache.put(digest, contents)
            self._release(digest)

    def close(self) -> None:
        """Give up what was claimed."""
        if self._claims is not None:
            self._claims.close()

    def _look_up(self, digest: str) -> bool:
        contents = self._cache.get(digest) if self._cache is not None else None
        if contents is not None:
            self._known[digest] = contents
        return contents is not None

    def _claim(self, digest: str) -> None:
        if self._claims is None:
            self._claimed.add(digest)
        elif not self._claims.take(digest):
            self._elsewhere.add(digest)
        elif self._look_up(digest):  # it was kept between the first look and the claim
            self._claims.release(digest)
        else:
            self._claimed.add(digest)

    def _release(self, digest: str) -> None:
        self._claimed.discard(digest)
        if self._claims is not None:
            self._claims.release(digest)
