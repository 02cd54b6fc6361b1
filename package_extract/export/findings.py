"""Findings of a check for people: the grave ones first, each kind with what to do next."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from package_extract.export.finding_kinds import KINDS
from package_extract.export.printable import printable
from package_extract.export.quantities import counted
from package_extract.export.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["render"]

SHOWN = 50
"""Findings of one kind that are listed."""


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
