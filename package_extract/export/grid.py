"""A listing as text in columns that fit a width. What comes from the image is escaped."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any
from unicodedata import combining, east_asian_width

from package_extract.export.printable import printable
from package_extract.export.quantities import readable_size, rooted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.export.columns import Column, Kind
    from package_extract.export.listing import Listing

__all__ = ["render", "shown_text"]

GAP = "  "
NARROWEST = {"path": 30, "code": 30, "sentence": 45}
"""What a column of such values gets at least, if its values are so long; others get 16."""
FEW = 4
"""Records of this number are rather written one below the other than with columns left out."""
RIGHT_ALIGNED = ("size", "number", "layer")


def render(listing: Listing, *, width: int | None, color: bool) -> str:
    """Heading and rows. Without a width nothing is cut.

    With one, texts that do not fit are cut, which "…" shows. If there is no room for all columns, a few records are
    written one below the other, and of many the last columns are left out, which is said.
    """
    columns = listing.filled().columns
    rows = [[shown_text(column.value(record), column.kind) for column in columns] for record in listing.records]
    texts = [[column.label for column in columns], *rows]
    widths = [max(map(_width, each)) for each in zip(*texts, strict=True)]
    if width is not None:
        widths = _fitting(widths, columns, width)
    if len(widths) < len(columns) and len(rows) <= FEW:
        return "\n".join(_one_below_the_other(texts[0], row, width or 0) for row in rows)
    heading, *body = (_line(row, widths, columns) for row in texts)
    lines = [f"\x1b[1m{heading}\x1b[0m" if color else heading, *body]
    if len(widths) < len(columns):
        left_out = ", ".join(column.label.lower() for column in columns[len(widths) :])
        lines.append(_cut(f"No room for: {left_out}.", width or 0))
    return "\n".join(lines) + "\n"


def _one_below_the_other(labels: Sequence[str], row: Sequence[str], width: int) -> str:
    indent = max(map(len, labels)) + len(GAP)
    lines: list[str] = []
    for label, text in zip(labels, row, strict=True):
        if text:
            start = f"{label:{indent}}"
            lines += wrap(text, max(width, 40), initial_indent=start, subsequent_indent=" " * indent)
    return "\n".join(lines) + "\n"


def shown_text(value: Any, kind: Kind) -> str:
    """A value as people write it, without anything that a terminal would act on."""
    if value is None:
        return ""
    if kind == "size" and isinstance(value, int):
        return readable_size(value)
    if kind == "number" and isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, (list, tuple)):
        return ", ".join(shown_text(each, kind) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{printable(str(key))}={shown_text(each, kind)}" for key, each in value.items())
    return printable(
        " ".join(str(value).split()) if kind == "code" else rooted(value) if kind == "path" else str(value)
    )


def _fitting(widths: list[int], columns: Sequence[Column], width: int) -> list[int]:
    """Widths that fit: the last columns are left out until the least widths do, then the widest give way."""
    least = [min(each, NARROWEST.get(column.kind, 16)) for each, column in zip(widths, columns, strict=True)]
    while len(least) > 1 and sum(least) + len(GAP) * (len(least) - 1) > width:
        least.pop()
    kept = widths[: len(least)]
    room = max(width - len(GAP) * (len(kept) - 1), len(kept))
    least = least if sum(least) <= room else [1] * len(kept)
    while sum(kept) > room:
        at = max(range(len(kept)), key=lambda index: (kept[index] > least[index], kept[index]))
        kept[at] -= 1
    return kept


def _line(row: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    cells = []
    for text, width, column in zip(row, widths, columns, strict=False):
        cut = _cut(text, width, from_start=column.kind == "path")
        space = " " * (width - _width(cut))
        cells.append(space + cut if column.kind in RIGHT_ALIGNED else cut + space)
    return GAP.join(cells).rstrip()


def _cut(text: str, width: int, *, from_start: bool = False) -> str:
    """At most so many columns of a text: its beginning, or for paths its end."""
    if _width(text) <= width:
        return text
    kept, used = [], 0
    for character in reversed(text) if from_start else text:
        used += _width(character)
        if used > width - 1:
            break
        kept.append(character)
    return "…" + "".join(reversed(kept)) if from_start else "".join(kept) + "…"


def _width(text: str) -> int:
    """Columns of a terminal that a text takes (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)
