"""pyvenv.cfg, which makes a directory a Python virtual environment (PEP 405).

Written by venv ("version"), virtualenv and uv ("version_info"); read as CPython's `site` module reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["includes_system_site", "python_version", "read_pyvenv"]

_MOST_BYTES = 1 << 16


def read_pyvenv(data: bytes) -> dict[str, str]:
    """Keys in lower case with their values; the last of several lines with one key counts."""
    text = data[:_MOST_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    rows = [line.partition("=") for line in text.replace("\r", "\n").split("\n")]
    return {key.strip().lower(): value.strip() for key, equals, value in rows if equals}


def includes_system_site(config: Mapping[str, str]) -> bool:
    """Whether the environment also sees the packages of its base interpreter; without the key it does."""
    return config.get("include-system-site-packages", "true").lower() == "true"


def python_version(config: Mapping[str, str]) -> str | None:
    """Major and minor version of the interpreter behind the environment ("3.11"), or None if the file tells none."""
    parts = (config.get("version_info") or config.get("version") or "").split(".")
    numeric = len(parts) > 1 and parts[0].isdecimal() and parts[1].isdecimal()
    return f"{parts[0]}.{parts[1]}" if numeric else None
