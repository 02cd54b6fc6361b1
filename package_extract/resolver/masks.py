"""Sets of versions as bit masks, and PEP 440 specifiers as such sets.

https://packaging.python.org/en/latest/specifications/version-specifiers/. The answers are those of
`packaging.specifiers.SpecifierSet.contains(version, prereleases=True)` for each version, found by bisection: a clause
splits the sorted versions at the release that it names, and only those of that very release are looked at one by one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from packaging.specifiers import InvalidSpecifier, Specifier

from package_extract.resolver.source import is_version, parse_version

if TYPE_CHECKING:
    from packaging.version import Version

__all__ = [
    "InvalidSpecifier",
    "VersionSequence",
    "insert_bit",
    "positions",
    "specifier_mask",
    "specifier_names_prerelease",
]

_BELOW = frozenset({"<", "<=", "!="})
_ABOVE = frozenset({">", ">=", "!=", "~="})
_INCLUSIVE = frozenset({"==", "<=", ">=", "~="})


class VersionSequence(Protocol):
    """Versions in ascending order, parsed when they are asked for."""

    def __len__(self) -> int: ...

    def version(self, position: int) -> Version:
        """The version at a position."""


@lru_cache(maxsize=1 << 14)
def _clauses(specifier: str) -> tuple[tuple[str, str, Specifier], ...]:
    """Operator, version and parsed form of each clause; raises `InvalidSpecifier`."""
    parsed = [Specifier(text) for clause in specifier.split(",") if (text := clause.strip())]
    for each in parsed:
        if each.operator != "===" and not is_version(each.version.removesuffix(".*")):
            raise InvalidSpecifier(f"{each.version.removesuffix('.*')[:40]!r} is no version")
    return tuple((each.operator, each.version, each) for each in parsed)


@lru_cache(maxsize=1 << 12)
def specifier_names_prerelease(specifier: str) -> bool:
    """Whether a clause that could select it names a pre-release, which asks for pre-releases."""
    return any(
        operator not in ("!=", "===") and parse_version(text.removesuffix(".*")).is_prerelease
        for operator, text, _ in _clauses(specifier)
    )


def specifier_mask(specifier: str, versions: VersionSequence) -> int:
    """The positions of the versions that the specifier contains, pre-releases like others.

    Raises `InvalidSpecifier`.
    """
    mask = (1 << len(versions)) - 1
    for operator, text, parsed in _clauses(specifier):
        if not mask:
            break
        mask &= _clause_mask(operator, text, parsed, versions)
    return mask


def _clause_mask(operator: str, text: str, parsed: Specifier, versions: VersionSequence) -> int:
    count = len(versions)
    if operator == "===":
        return sum(1 << i for i in range(count) if parsed.contains(versions.version(i), prereleases=True))
    if text.endswith(".*"):
        inside = _prefix_mask(parse_version(text[:-2]), versions)
        return inside if operator == "==" else ((1 << count) - 1) & ~inside
    named = parse_version(text)
    first = _bisect(versions, _beginning(named.epoch, named.release))
    last = first
    mask = 0
    while last < count and _same_release(version := versions.version(last), named):
        if _selects(operator, version, named, parsed):
            mask |= 1 << last
        last += 1
    if operator in _BELOW:
        mask |= (1 << first) - 1
    if operator in _ABOVE:
        mask |= ((1 << count) - 1) & ~((1 << last) - 1)
    if operator == "~=":
        mask &= _prefix_mask(named, versions, drop=1)
    return mask


def _selects(operator: str, version: Version, named: Version, parsed: Specifier) -> bool:
    """Whether a version of the release that a clause names is in it."""
    if _is_plain(version) and _is_plain(named):
        return operator in _INCLUSIVE
    return parsed.contains(version, prereleases=True)


def _is_plain(version: Version) -> bool:
    return version.pre is None and version.post is None and version.dev is None and version.local is None


def _prefix_mask(prefix: Version, versions: VersionSequence, drop: int = 0) -> int:
    release = prefix.release[: len(prefix.release) - drop]
    first = _bisect(versions, _beginning(prefix.epoch, release))
    last = _bisect(versions, _beginning(prefix.epoch, (*release[:-1], release[-1] + 1)))
    return ((1 << last) - 1) & ~((1 << first) - 1)


def _beginning(epoch: int, release: tuple[int, ...]) -> Version:
    """The least version of a release."""
    return parse_version(f"{epoch}!{'.'.join(map(str, release))}.dev0")


def _same_release(version: Version, other: Version) -> bool:
    return version.epoch == other.epoch and _trimmed(version.release) == _trimmed(other.release)


def _trimmed(release: tuple[int, ...]) -> tuple[int, ...]:
    end = len(release)
    while end > 1 and release[end - 1] == 0:
        end -= 1
    return release[:end]


def _bisect(versions: VersionSequence, bound: Version) -> int:
    """How many of the versions are less than the bound."""
    low, high = 0, len(versions)
    while low < high:
        middle = (low + high) // 2
        if versions.version(middle) < bound:
            low = middle + 1
        else:
            high = middle
    return low


def positions(mask: int) -> list[int]:
    """The positions of the bits that are set, ascending."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def insert_bit(mask: int, position: int) -> int:
    """The mask with a bit that is not set put in at a position, those above moved up."""
    below = mask & ((1 << position) - 1)
    return below | (mask ^ below) << 1
