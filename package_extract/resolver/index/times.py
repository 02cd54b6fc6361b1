"""Times of upload, as text that compares."""

from __future__ import annotations

__all__ = ["utc_time"]


def utc_time(text: object) -> str | None:
    """An RFC 3339 time as "2024-01-01T00:00:00.000000Z", so that times compare as text; None for what is no time."""
    if not isinstance(text, str):
        return None
    if len(text) == 27 and text[10] == "T" and text[26] == "Z" and text[19] == ".":
        return text
    from datetime import UTC, datetime

    try:
        time = datetime.fromisoformat(text)
        time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
