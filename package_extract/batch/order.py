"""What the process of one image is told, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from package_extract.options import AnalyzeOptions

__all__ = ["Answer", "Order", "Outcome"]

Outcome = Literal["done", "present", "failed", "out-of-memory", "timeout", "killed", "abandoned"]
"""done: the document was written. present: the store had it. failed: see the error. out-of-memory: it needs more than
`--memory`. timeout: it took too long. killed: a signal ended it, often the kernel for lack of memory. abandoned: the
batch was told to stop before it was its turn or its end."""


@dataclass(frozen=True, slots=True)
class Order:
    """One image to analyze; it reaches the process through a pipe, because it may hold credentials."""

    id: str | None
    """The id of the document; None for one that is made of the image's digest."""
    reference: str = field(repr=False)
    options: AnalyzeOptions
    store: str
    replace: bool
    """Whether a document that is there is written anew."""
    memory: int | None
    """Bytes that the process may have as its own."""
    niceness: int = 0
    """How far the process stands back behind others (nice(2))."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How it went."""

    outcome: Outcome
    exit_code: int = 0
    digest: str | None = None
    document: str | None = None
    """The id of the document."""
    bytes_read: int = 0
    """Stored bytes of the layers that were read and not taken from the cache."""
    cache_hits: int = 0
    cache_misses: int = 0
    peak_memory: int | None = None
    """Bytes of the process when it was largest."""
    error: str | None = None
    retry: bool = False
    """Whether another attempt may go better."""
