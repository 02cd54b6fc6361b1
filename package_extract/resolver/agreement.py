"""In what sense versions of one package agree between images."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from package_extract.resolver.package import Package

__all__ = ["agreeing", "same"]


def same(values: int) -> int:
    """The very versions."""
    return values


def agreeing(package: Package, mode: str) -> Callable[[int], int]:
    """Which versions elsewhere agree with some of these; `mode` is `exact`, `compatible` or `major`."""
    if mode == "exact":
        return same
    groups: dict[tuple[int, ...], int] = {}
    for position in range(len(package.versions)):
        version = package.versions.version(position)
        release = (*version.release, 0, 0)
        length = 2 if mode == "compatible" and release[0] == 0 else 1
        group = (version.epoch, *release[:length])
        groups[group] = groups.get(group, 0) | 1 << position
    masks = list(groups.values())

    def image(values: int) -> int:
        found = 0
        for mask in masks:
            if mask & values:
                found |= mask
        return found

    return image
