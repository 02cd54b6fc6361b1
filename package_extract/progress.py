"""What a run tells while it goes on. The base class does nothing, so that a library call and a pipe stay silent."""

from __future__ import annotations

__all__ = ["Progress"]


class Progress:
    """Override what you want to show. All methods are called from the thread that called `analyze`."""

    def phase(self, text: str) -> None:
        """A new phase begins, for example "fetching" or "assembling"."""

    def layers(self, layers: list[tuple[str, int | None]]) -> None:
        """The image is opened: for each layer its digest (or another name) and its stored size in bytes."""

    def layer_bytes(self, index: int, count: int) -> None:
        """So many stored bytes of a layer have been read."""

    def layer_done(self, index: int, *, cached: bool) -> None:
        """A layer is finished; `cached` if its facts came from the cache."""

    def close(self) -> None:
        """The run is over, well or not."""
