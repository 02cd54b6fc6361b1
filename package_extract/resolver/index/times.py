"""Times of upload, as text that compares."""

from __future__ import annotations

__all__ = ["UNKNOWN_DAY", "day_of", "utc_time"]

UNKNOWN_DAY = "9999-99-99"


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


def day_of(time: str | None) -> str:
    """The day, in UTC, as text that compares; a time that is not known is after all others."""
    known = utc_time(time)
    return known[:10] if known else UNKNOWN_DAY
