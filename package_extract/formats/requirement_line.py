"""One dependency as it stands in lists of requirements: name, extras, version specifiers, marker (PEP 508).

Only what is needed to say what a list pins; `packaging.requirements` judges whether a line is right.
https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

from __future__ import annotations

import re

__all__ = ["LockedPackage", "pinned_version", "read_requirement"]

LockedPackage = tuple[str, str | None, str | None]
"""Name as written, the one version that it is pinned to, and the specifiers as written. A URL is neither: it may hold
credentials."""

_NAME = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]{0,254}[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_PIN = re.compile(r"\(?\s*===?\s*([^\s,;*()]+)\s*\)?")
_CLAUSE = r"[<>=!~]=?=?\s*[^\s,;()<>=!~]+"
_SPECIFIERS = re.compile(rf"\(?\s*{_CLAUSE}(?:[\s,]+{_CLAUSE})*[\s,]*\)?")


def read_requirement(line: str) -> LockedPackage | None:
    """The package that a line asks for; None if the line does not begin with a name."""
    text = line.partition(" ;")[0].partition(";")[0].strip()
    match = _NAME.fullmatch(text)
    if not match:
        return None
    rest = match[2].strip()
    if rest and not _SPECIFIERS.fullmatch(rest):
        return (match[1], None, None) if rest.startswith("@") else None
    return match[1], pinned_version(rest), rest.strip("() ") or None


def pinned_version(specifiers: str) -> str | None:
    """The version of a single `==` (or `===`) without a wildcard."""
    match = _PIN.fullmatch(specifiers.strip())
    return match[1] if match else None
