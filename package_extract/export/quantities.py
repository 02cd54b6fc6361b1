"""Numbers, sizes and paths as people write them."""

from __future__ import annotations

__all__ = ["counted", "readable_size", "rooted"]


def counted(number: int, noun: str) -> str:
    """How many there are of what the noun names: "1 package", "1,200 packages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def readable_size(size: int | None) -> str:
    """A size in decimal units with three digits, as `docker images` prints it; empty for None."""
    if size is None:
        return ""
    if size < 1000:
        return f"{size} B"
    value = float(size)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.5:
            return f"{value:.3g} {unit}"
    return f"{value / 1000:,.3g} TB"


def rooted(path: str) -> str:
    """A path of the document as people write it: from the root of the image."""
    return "/" + path.lstrip("/")
