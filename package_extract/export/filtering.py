"""Records that a person looks for by a piece of their name, path or owner, or by a pattern for all of it."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING

from package_extract.export.grid import shown_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from package_extract.export.columns import Kind
    from package_extract.export.listing import Listing

__all__ = ["filtered"]


def filtered(listing: Listing, filters: Sequence[str]) -> Listing:
    """The listing with the records that one of the filters fits; without filters all of them.

    Upper and lower case are the same. A filter with `*`, `?` or `[` has to fit a whole value, any other a part of it.
    Paths begin with a slash.
    """
    if not filters:
        return listing
    fits = [_fit(each) for each in filters]
    columns = [column for column in listing.columns if column.names_it]
    records = []
    for record in listing.records:
        values = [text for column in columns for text in _texts(column.value(record), column.kind)]
        if any(fit(value) for fit in fits for value in values):
            records.append(record)
    return listing._replace(records=records)


def _texts(value: object, kind: Kind) -> list[str]:
    """Each item of a list for itself."""
    items = value if isinstance(value, list) else [value]
    return [shown_text(item, kind).casefold() for item in items if item is not None]


def _fit(text: str) -> Callable[[str], object]:
    wanted = text.casefold()
    if any(character in wanted for character in "*?["):
        return re.compile(translate(wanted)).match
    return lambda value: wanted in value
