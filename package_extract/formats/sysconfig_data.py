"""`_sysconfigdata*.py`: the variables that CPython was built with, which `sysconfig.get_config_vars()` returns.

A Python module with one dictionary literal as `pprint` writes it; it is searched, not evaluated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["read_sysconfig_data"]

_MOST_BYTES = 1 << 20
_LONGEST_VALUE = 1000


def read_sysconfig_data(data: bytes, names: Iterable[str]) -> dict[str, str | int]:
    """The values of those of `names` that are there and are a plain string or an integer."""
    data = data[:_MOST_BYTES]
    found: dict[str, str | int] = {}
    for name in names:
        position = data.find(b"'%s': " % name.encode())
        if position >= 0:
            start = position + len(name) + 4
            match = re.match(rb"""'([^'\\\n]*)'[,}\n]|(-?\d{1,18})[,}\n]""", data[start : start + _LONGEST_VALUE])
            if match:
                found[name] = match[1].decode("ascii", "replace") if match[1] is not None else int(match[2])
    return found
