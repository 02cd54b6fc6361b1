"""The page about what differs between two images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.export.columns import Column
from package_extract.export.differences import counts, difference_rows
from package_extract.export.html.blocks import facts, table
from package_extract.export.html.page import render
from package_extract.export.quantities import readable_size

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["difference_page"]


def difference_page(comparison: Mapping[str, Any]) -> bytes:
    """The HTML file about a comparison, the plain data of `comparison.compare`."""
    before, after = comparison["before"], comparison["after"]
    rows = list(difference_rows(comparison))
    note = None
    if comparison["not_compared"]:
        note = f"Not compared, because one document lacks it: {', '.join(comparison['not_compared'])}."
    blocks = [
        facts("images", "Images", ["Before", "After"], [_image(before), _image(after)]),
        facts("counts", "In numbers", ["In numbers"], [{part: [told] for part, told in counts(comparison).items()}]),
        table("differences", "Differences", COLUMNS, rows, note),
    ]
    return render(f"{before['reference']} → {after['reference']}", blocks, "What differs between two images")


def _image(image: Mapping[str, Any]) -> dict[str, list[str]]:
    size, stored = readable_size(image["size"]), readable_size(image["compressed_size"])
    known = {
        "Image": image["reference"],
        "Digest": image["digest"] or image["config_digest"],
        "Created": image["created"],
        "Size": ", ".join(filter(None, [size, stored and f"{stored} stored"])),
    }
    return {label: [value] if value else [] for label, value in known.items()}


def _field(name: str) -> Any:
    return lambda row: row[name]


COLUMNS = (
    Column("Part", "text", _field("part"), facet=True),
    Column("Change", "text", _field("change"), facet=True),
    Column("What", "text", _field("what")),
    Column("Before", "text", _field("before")),
    Column("After", "text", _field("after")),
)
