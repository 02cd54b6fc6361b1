"""Macros of C header files that configuration writes: `#define NAME value`, as in patchlevel.h and pyconfig.h."""

from __future__ import annotations

import re

__all__ = ["read_macros"]

_MOST_BYTES = 1 << 20


def read_macros(data: bytes, names: frozenset[str]) -> dict[str, str]:
    """The values of those of `names` that are defined, strings without their quotes; the last definition counts."""
    text = data[:_MOST_BYTES].decode("ascii", "replace")
    found: dict[str, str] = {}
    for match in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+([^\r\n]*)", text, re.MULTILINE):
        if match[1] in names:
            value = match[2].partition("/*")[0].strip()
            found[match[1]] = value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return found
