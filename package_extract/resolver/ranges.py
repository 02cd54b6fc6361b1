"""Sets of versions in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_extract.resolver.package import Package

__all__ = ["in_words", "intervals", "named"]

_MOST = 4
_ANY, _NONE = "any version", "no version"


def in_words(package: Package, mask: int, among: int | None = None) -> str:
    """The versions of a mask, as intervals of those `among` (by default the usable ones): "1.2 to 1.9 or 2.1"."""
    universe = (package.usable if among is None else among) | mask
    if not mask:
        return _NONE
    if mask == universe and mask.bit_count() > 1:
        return _ANY
    parts = [_interval(package, first, last) for first, last in intervals(mask, universe)]
    if len(parts) > _MOST:
        parts = [*parts[:1], f"{len(parts) - 2} ranges between", parts[-1]]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def named(project: str, package: Package, mask: int, among: int | None = None) -> str:
    """The project with the versions of a mask: "flask 1.2 to 1.9", "any version of flask"."""
    words = in_words(package, mask, among)
    return f"{words} of {project}" if words in (_ANY, _NONE) else f"{project} {words}"


def _interval(package: Package, first: int, last: int) -> str:
    text = package.versions.text
    return text(first) if first == last else f"{text(first)} to {text(last)}"


def intervals(mask: int, universe: int) -> list[tuple[int, int]]:
    """First and last position of each run of the mask that no position of the universe interrupts, ascending."""
    runs: list[tuple[int, int]] = []
    open_at = last = -1
    for position in range(universe.bit_length()):
        bit = 1 << position
        if mask & bit:
            open_at = position if open_at < 0 else open_at
            last = position
        elif universe & bit and open_at >= 0:
            runs.append((open_at, last))
            open_at = -1
    if open_at >= 0:
        runs.append((open_at, last))
    return runs
