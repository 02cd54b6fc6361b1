"""Bounds that protect this machine from hostile layers; generous, and each can be changed."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Limits"]

MEBIBYTE = 1 << 20


class Limits(NamedTuple):
    """What one layer may cost at most. Reaching a bound ends the reading of that layer and is told under `problems`."""

    layer_bytes: int = 256 << 30
    """Uncompressed bytes of one layer."""
    ratio: int = 1000
    """Uncompressed bytes for each compressed one, counted from 64 MiB on (deflate itself cannot pass 1032)."""
    entries: int = 20_000_000
    """Members of one layer's tar."""
    name_length: int = 4096
    """Bytes of one member's name or link target; the default is what Linux can open (PATH_MAX)."""
    kept_bytes: int = 192 * MEBIBYTE
    """Bytes of one file that analyzers may ask to see at once; beyond 32 MiB they lie in an unlinked temporary file."""
