"""Where this program keeps what can be had again."""

from __future__ import annotations

import os

__all__ = ["default_cache_directory"]


def default_cache_directory() -> str:
    """As the XDG base directory specification has it."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    base = base if base.startswith("/") else os.path.expanduser("~/.cache")
    return f"{base}/package-extract"
