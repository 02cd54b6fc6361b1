"""How often a client may ask: a token bucket for each."""

from __future__ import annotations

import time
from collections import OrderedDict

__all__ = ["RateLimit"]

CLIENTS = 10_000
"""So many buckets are kept; the one that was longest unused goes first."""


class RateLimit:
    """So many requests per second, twice as many at once."""

    def __init__(self, per_second: float) -> None:
        self._rate, self._size = per_second, max(1.0, 2 * per_second)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str, now: float | None = None) -> float:
        """Count a request; 0, or the seconds after which the client may ask again."""
        now = time.monotonic() if now is None else now
        level, since = self._buckets.pop(client, (self._size, now))
        level = min(self._size, level + (now - since) * self._rate)
        allowed = level >= 1
        self._buckets[client] = (level - allowed, now)
        if len(self._buckets) > CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - level) / self._rate
