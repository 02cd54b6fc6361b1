"""How near two paths of an image are to one another."""

from __future__ import annotations

__all__ = ["shared_directories"]


def shared_directories(one: str, other: str) -> int:
    """How many leading components two paths have in common."""
    count = 0
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b:
            break
        count += 1
    return count
