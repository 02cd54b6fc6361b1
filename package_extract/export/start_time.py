"""When the image of a document was read, for forms that state times in their own way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from package_extract.document.reading import InvalidDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["start_time"]


def start_time(document: Mapping[str, Any]) -> datetime:
    """`run.started_at` in UTC. Raises `InvalidDocument` if it is no time."""
    text = document["run"]["started_at"]
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidDocument(f"the document's run.started_at is no time: {text[:40]!r}") from None
