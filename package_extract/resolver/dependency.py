"""One line of Requires-Dist, taken apart as far as a resolver needs it.

https://packaging.python.org/en/latest/specifications/dependency-specifiers/. `packaging.requirements.Requirement` does
the same with more checks and at several times the cost; specifiers and markers are checked where they are used.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from package_extract.formats.python_names import normalize_name

__all__ = ["Dependency", "InvalidDependency", "parse_dependency"]

_LINE = re.compile(
    r"""\s* (?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?) \s*
        (?:\[ (?P<extras>[A-Za-z0-9._,\ \t-]*) \])? \s*
        (?: @ \s* (?P<url>[^\s;]\S*) (?=\s|$) | \( (?P<bracketed>[^;)]*) \) | (?P<specifier>[^;(\[@]*) ) \s*
        (?:; \s* (?P<marker>.*\S) )? \s*""",
    re.VERBOSE | re.DOTALL,
)


class InvalidDependency(ValueError):
    """A requirement that is not written as the specification says."""


class Dependency(NamedTuple):
    """What one distribution asks of another."""

    name: str
    """Normalized."""
    extras: tuple[str, ...]
    """Normalized and sorted."""
    specifier: str
    """As written, "" for any version."""
    marker: str
    """As written, "" for always."""
    url: str | None
    text: str
    """The whole line without its marker."""


@lru_cache(maxsize=1 << 15)
def parse_dependency(line: str) -> Dependency:
    """The parts of a requirement. Raises `InvalidDependency`."""
    match = _LINE.fullmatch(line)
    if not match:
        raise InvalidDependency(f"{line[:80]!r} is no valid requirement")
    extras = match["extras"]
    specifier = (match["bracketed"] or match["specifier"] or "").strip()
    return Dependency(
        normalize_name(match["name"]),
        tuple(sorted({normalize_name(extra.strip()) for extra in extras.split(",") if extra.strip()}))
        if extras
        else (),
        specifier,
        match["marker"] or "",
        match["url"],
        line.partition(";")[0].strip() if match["url"] is None else line.strip(),
    )
