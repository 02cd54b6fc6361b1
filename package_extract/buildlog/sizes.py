"""Sizes as tools print them for people."""

from __future__ import annotations

import re

__all__ = ["bytes_of"]

_SIZE = re.compile(r"(\d{1,15}(?:[.,]\d{1,6})?) ?([kKMGT]?)(i?)[bB]?(?:ytes)?")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def bytes_of(text: str, base: int = 1000) -> int | None:
    """The size in bytes, as exactly as it is printed; `base` is what one `k` is to the tool, unless it says `Ki`."""
    match = _SIZE.fullmatch(text.strip())
    if not match:
        return None
    power = _POWERS[match[2].lower()]
    number = float(match[1].replace(",", "."))
    return round(number * float((1024 if match[3] else base) ** power))
