"""How a service is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from package_extract.options import AnalyzeOptions

__all__ = ["ServiceSettings"]


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Everything that the operator decides; clients cannot go beyond it."""

    analyze: AnalyzeOptions
    store: str
    state: Path
    """Directory of this service alone: accepted requests, the queue, what is searched."""
    workers: int = 2
    """Images, or resolutions, at a time."""
    memory: int | None = None
    """Bytes that the process of one image may have as its own; None for no limit."""
    timeout: float | None = 3600.0
    """Seconds for one attempt."""
    retries: int = 2
    images: Path | None = None
    """Directory below which clients may name archives and layouts; None: registries only."""
    registries: tuple[str, ...] = ()
    """Hosts that clients may name, with their port; empty for any."""
    tokens: Path | None = None
    """File of clients and the SHA-256 of their tokens; None lets everybody in."""
    rate: float = 200.0
    """Requests per second and client, twice as many at once."""
    concurrency: int = 256
    """Requests that are being answered at a time."""
    body_bytes: int = 1 << 20
    """Largest body of a request."""
    body_seconds: float = 30.0
    """How long a client may take to send it."""
    pending: int = 10_000
    """Requests that may wait; more are told to come back later."""
    kept_seconds: float = 30 * 86400.0
    """How long it is remembered what became of a request. Documents stay in the store."""
