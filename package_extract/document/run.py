"""The run that made the document: the only part that differs between two runs over the same image."""

from __future__ import annotations

from typing import Literal

from package_extract.document.model import Model

__all__ = ["AnalyzerRun", "CacheUse", "Run"]


class AnalyzerRun(Model):
    """How one analyzer fared."""

    name: str
    """Name of the analyzer, the key of its section under `results`."""
    version: int | None = None
    """Version of the analyzer; null where it could not be loaded."""
    status: Literal["ok", "partial", "failed", "skipped"]
    """`ok`; `partial`: it has an error under `problems`; `failed`: it has no section; `skipped`: it was not run."""
    seconds: float | None = None
    """Time spent, reading and assembling, over all processes."""
    files: int | None = None
    """Files that it read, or whose facts came from the cache."""


class CacheUse(Model):
    """What the layer cache saved."""

    hits: int
    """Layers that were not read, because the cache knew them."""
    misses: int
    """Layers that were read."""


class Run(Model):
    """The run that made the document."""

    tool_version: str
    """Version of package-extract."""
    started_at: str
    """When the run began."""
    duration_seconds: float
    """How long the run took."""
    analyzers: list[AnalyzerRun]
    """The analyzers that took part, sorted by name."""
    cache: CacheUse
    """How many layers came from the cache."""
