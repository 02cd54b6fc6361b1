"""Version specifiers as rules write them (PEP 440).

https://packaging.python.org/en/latest/specifications/version-specifiers/. Rules contain specifiers of versions that
were never valid ("==git-unknown"), and such that no version can satisfy ("<1.5,>1.12", where "or" was meant).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["InvalidSpecifier", "contains", "is_satisfiable", "parse_specifier", "parse_version"]

LONGEST = 1_000
"""Characters of a specifier."""


@lru_cache(maxsize=1 << 14)
def parse_specifier(text: str) -> SpecifierSet:
    """The specifier. Raises `InvalidSpecifier`."""
    if len(text) > LONGEST:
        raise InvalidSpecifier(f"a specifier of more than {LONGEST} characters")
    return SpecifierSet(text)


@lru_cache(maxsize=1 << 14)
def parse_version(text: str) -> Version | None:
    """The version, or None if it is none of PEP 440."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def contains(specifier: str, version: str, *, prereleases: bool | None = None) -> bool:
    """Whether a version is in a specifier; one that is no version is in none but the empty one."""
    parsed = parse_version(version)
    if parsed is None:
        return not specifier.strip()
    return parse_specifier(specifier).contains(parsed, prereleases=prereleases)


def is_satisfiable(specifier: str) -> bool:
    """Whether any version is in a specifier. It suffices to try those at the edges of its clauses, and between them."""
    parsed = parse_specifier(specifier)
    return any(parsed.contains(version, prereleases=True) for version in _edges(parsed))


def _edges(specifier: SpecifierSet) -> Iterator[Version]:
    yield Version("0.dev0")
    yield Version("999999999")
    for clause in specifier:
        named = parse_version(clause.version.removesuffix(".*"))
        if named is None:
            continue
        release = ".".join(map(str, named.release))
        yield named
        yield Version(f"{named.epoch}!{release}")
        yield Version(f"{named.epoch}!{release}.dev0")
        yield Version(f"{named.epoch}!{release}.0.0.0.0.1")
        yield Version(f"{named.epoch}!{release}.0.0.0.0.1.dev0")
        for length in range(len(named.release)):
            above = ".".join(map(str, (*named.release[:length], named.release[length] + 1)))
            yield Version(f"{named.epoch}!{above}")
        if last := named.release[-1]:
            below = ".".join(map(str, (*named.release[:-1], last - 1)))
            yield Version(f"{named.epoch}!{below}.999999999")
