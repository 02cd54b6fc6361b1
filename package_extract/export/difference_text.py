"""A comparison as lines for a terminal, in the manner of diff(1): `-` before, `+` after, `~` changed."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from package_extract.export.differences import counts, difference_rows
from package_extract.export.printable import printable
from package_extract.export.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["render"]

SIGNS = {"removed": "-", "added": "+", "changed": "~"}
COLORS = {"-": "31", "+": "32", "~": "33", "": "1"}
ITEMS = 6
"""Items of a list that are named."""
LONGEST_VALUE = 200


def render(comparison: Mapping[str, Any], *, width: int | None, color: bool) -> str:
    """The text, in lines of at most `width` columns but for names that are longer; `color` adds ANSI colours.

    Without a width each difference is one line.
    """
    return "".join(
        f"\x1b[{COLORS[sign]}m{line}\x1b[0m\n" if color and sign is not None else f"{line}\n"
        for sign, text in _lines(comparison)
        for line in wrapped(f"{sign} {text}" if sign else text, width, "    " if sign else "")
    )


def _lines(comparison: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    """Sign and text; a heading has an empty sign, what is neither has None."""
    yield "-", _identity(comparison["before"])
    yield "+", _identity(comparison["after"])
    told = counts(comparison)
    for part, rows in groupby(difference_rows(comparison), key=lambda row: row["part"]):
        yield None, ""
        yield "", printable(f"{part}: {told[part]}" if part in told else part)
        for row in rows:
            yield SIGNS[row["change"]], _row(row)
    yield None, ""
    if comparison["same"]:
        yield None, "No differences."
    if comparison["not_compared"]:
        yield (
            None,
            f"Not compared, because one document lacks it: {', '.join(map(printable, comparison['not_compared']))}.",
        )


def _identity(image: Mapping[str, Any]) -> str:
    digest = image["digest"] or image["config_digest"]
    return printable(f"{image['reference']}  {digest or ''}".rstrip())


def _row(row: Mapping[str, Any]) -> str:
    what = printable(row["what"])
    if row["change"] == "changed":
        return f"{what}: {_value(row['before'])} → {_value(row['after'])}"
    value = row["before"] if row["after"] is None else row["after"]
    return f"{what} {_value(value)}" if value is not None else what


def _value(value: str | list[str] | None) -> str:
    if value is None or value == []:
        return "nothing"
    if isinstance(value, list):
        more = f" and {len(value) - ITEMS:,} more" if len(value) > ITEMS else ""
        return ", ".join(map(_value, value[:ITEMS])) + more
    text = printable(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
