"""How long a page may be used without asking again (RFC 9111)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["lifetime"]

_UNSAID = 600.0  # what the largest public index says of its own pages
_LONGEST = 86400.0
_MAX_AGE = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,10})")


def lifetime(headers: Mapping[str, str]) -> float | None:
    """Seconds for which an answer counts unasked; 0 if it has to be asked each time, None if it must not be kept."""
    control = headers.get("cache-control", "").lower()
    if "no-store" in control:
        return None
    if "no-cache" in control:
        return 0.0
    said = _MAX_AGE.search(control)
    if said is None:
        return _UNSAID
    age = headers.get("age", "")
    return max(0.0, min(float(said[1]), _LONGEST) - (float(age) if age.isdecimal() else 0.0))
