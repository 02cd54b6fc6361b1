"""Findings of a check for people: the grave ones first, each kind with what to do next."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from package_extract.export.printable import printable
from package_extract.export.quantities import counted
from package_extract.export.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["render"]

SHOWN = 50
"""Findings of one kind that are listed."""

KINDS = {
    "conflicting-requirement": ("Packages of a version that others do not accept", "Install a version that fits all."),
    "cuda-conflict": (
        "CUDA",
        "Keep one release of CUDA: the toolkit's, or that of the wheels without LD_LIBRARY_PATH.",
    ),
    "driver-library": ("Libraries of the driver", "Run with a GPU: --gpus all, or a device of NVIDIA's plug-in."),
    "duplicate-package": (
        "Packages whose metadata is there twice",
        "Reinstall them; an interrupted or foreign installation left the older metadata behind.",
    ),
    "invalid-metadata": ("Metadata that cannot be understood", "Upgrade these packages."),
    "lock-differs": ("Lock files", "Install from the lock file, or leave it out of the image."),
    "missing-library": (
        "Shared libraries that are not found",
        "Install the package that has the library, or set LD_LIBRARY_PATH where it is elsewhere in the image.",
    ),
    "missing-requirement": ("Packages that others require", "Install them, or remove what requires them."),
    "missing-symbol-version": (
        "Shared libraries that are too old",
        "Take an image with a newer library, or a package that was built for this one.",
    ),
    "not-checked": ("Not checked", ""),
    "overwritten-package": (
        "Packages of the operating system that pip wrote over",
        "Install into a virtual environment, and reinstall the packages of the operating system.",
    ),
    "shadowed-package": ("Packages that are hidden by others", "Remove the one that is not meant to be used."),
    "unsupported-python": (
        "Packages that are not for this Python",
        "Install a version that is, or take another Python.",
    ),
    "unsupported-wheel": ("Wheels for another interpreter or platform", "Install them again, with this interpreter."),
}
"""Kind -> its title, and what to do next."""


def render(findings: Mapping[str, Any], *, width: int | None = None) -> str:
    """The text, in lines of at most `width` columns but for names that are longer; without a width none is broken.

    Everything that comes from the image is escaped.
    """
    return "".join(f"{part}\n" for line in _lines(findings) for part in wrapped(line, width, _indent(line)))


def _indent(line: str) -> str:
    """What stands before the second line and those after it: more than before the first."""
    return " " * (len(line) - len(line.lstrip()) + 4)


def _lines(findings: Mapping[str, Any]) -> Iterator[str]:
    rows = findings["findings"]
    yield printable(findings["image"]["reference"])
    for (severity, kind), group in groupby(rows, key=lambda row: (row["severity"], row["kind"])):
        found = list(group)
        title, advice = KINDS[kind]
        yield ""
        yield f"{severity}: {title} ({kind}, {len(found)})"
        for place, members in groupby(found, key=_place):
            if place:
                yield f"  {printable(place)}"
            yield from (f"  {'  ' if place else ''}{printable(row['message'])}" for row in list(members)[:SHOWN])
        if len(found) > SHOWN:
            yield f"  ({len(found)} in all; --format json has every one)"
        if advice:
            yield f"  -> {advice}"
    yield ""
    yield _summary(rows)


def _place(row: Mapping[str, Any]) -> str:
    if row["environment"] is None:
        return ""
    interpreter = f" by /{row['interpreter']}" if row["interpreter"] else ""
    return f"/{row['environment']}{interpreter}:"


def _summary(rows: list[dict[str, Any]]) -> str:
    counts = {severity: sum(row["severity"] == severity for row in rows) for severity in ("error", "warning", "info")}
    if not rows:
        return "Nothing is broken."
    return f"{counted(counts['error'], 'error')}, {counted(counts['warning'], 'warning')}, {counts['info']} info."
