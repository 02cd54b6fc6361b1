"""Poetry's version constraints as specifiers of PEP 440, and its constraints of Python as markers.

https://python-poetry.org/docs/dependency-specification/: caret, tilde, wildcards, bare versions, "," or a blank for
"and", "||" for "or". Alternatives become one specifier where they can: bounds around all of them, and what lies between
two of them excluded release by release.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

__all__ = ["marker_of", "specifier_of"]

_OPERATOR = re.compile(r"(\^|~=|~|===|==|!=|<=|>=|<|>|=)\s*")
_SEPARATOR = re.compile(r"\s*,\s*|(?<=[\w*.+!-])\s+(?=[\^~=!<>\d*])")
_ALTERNATIVE = re.compile(r"\s*\|\|?\s*")
_EQUAL = frozenset({"", "=", "=="})
_WIDEST_GAP = 50


class _Range(NamedTuple):
    """Versions from `lower` on up to, not including, `upper`; None for no bound. `rest` are further conditions."""

    lower: Version | None
    upper: Version | None
    rest: tuple[str, ...] = ()

    def text(self) -> str:
        """As a specifier."""
        lower = (f">={self.lower}",) if self.lower else ()
        upper = (f"<{self.upper}",) if self.upper else ()
        return ",".join((*lower, *upper, *self.rest))

    @property
    def is_empty(self) -> bool:
        """Whether the bounds leave nothing between them."""
        return self.lower is not None and self.upper is not None and self.lower >= self.upper


def specifier_of(constraint: str) -> str:
    """The specifier of PEP 440 for a constraint. Raises ValueError with the reason if there is none."""
    ranges = [_range(part) for part in _ALTERNATIVE.split(constraint.strip())]
    if any(each == (None, None, ()) for each in ranges):
        return ""
    ranges = [each for each in ranges if not each.is_empty] or ranges[:1]
    if len(ranges) == 1:
        return ranges[0].text()
    if any(each.rest for each in ranges):
        raise ValueError(f"the alternatives of {constraint!r} cannot be written as one specifier")
    ranges.sort(key=lambda each: each.lower or Version("0.dev0"))
    return _joined(ranges, constraint)


def marker_of(constraint: str) -> str:
    """The marker that a constraint of Python stands for; empty if it holds everywhere."""
    alternatives = []
    for part in _ALTERNATIVE.split(constraint.strip()):
        conditions = [str(each) for each in SpecifierSet(_range(part).text())]
        if not conditions:
            return ""
        comparisons = (_OPERATOR.match(each) for each in sorted(conditions))
        written = [f'python_full_version {found[1]} "{found.string[found.end() :]}"' for found in comparisons if found]
        alternatives.append(" and ".join(written))
    return " or ".join(f"({each})" for each in alternatives) if len(alternatives) > 1 else alternatives[0]


def _range(text: str) -> _Range:
    """The conditions of one alternative, all of which have to hold."""
    whole = _Range(None, None)
    for part in _SEPARATOR.split(_OPERATOR.sub(r"\1", text.strip())):
        try:
            one = _single(part.strip())
        except (InvalidVersion, InvalidSpecifier):
            raise ValueError(f"{part!r} is no constraint of versions") from None
        lower = one.lower if whole.lower is None or (one.lower is not None and one.lower > whole.lower) else whole.lower
        upper = one.upper if whole.upper is None or (one.upper is not None and one.upper < whole.upper) else whole.upper
        whole = _Range(lower, upper, whole.rest + one.rest)
    return whole


def _single(part: str) -> _Range:
    if part in {"*", ""}:
        return _Range(None, None)
    found = _OPERATOR.match(part)
    operator, version = (found[1], part[found.end() :]) if found else ("", part)
    if operator == "^":
        lower = Version(version.removesuffix(".*"))
        return _Range(lower, _after_caret(lower))
    if operator == "~":
        lower = Version(version.removesuffix(".*"))
        return _Range(lower, _next(lower, 2))
    if operator in _EQUAL and version.endswith(".*"):
        lower = Version(version[:-2])
        return _Range(lower, _next(lower, len(lower.release)))
    if operator in {">=", "<"}:
        bound = Version(version)
        return _Range(bound, None) if operator == ">=" else _Range(None, bound)
    return _Range(None, None, (str(SpecifierSet(("==" if operator in _EQUAL else operator) + version)),))


def _after_caret(version: Version) -> Version:
    release = version.release
    first = next((at for at, number in enumerate(release) if number), len(release) - 1)
    return _next(version, first + 1, len(release))


def _next(version: Version, count: int, length: int = 0) -> Version:
    """The release after all that begin with the first numbers of a version, with zeros up to a length."""
    numbers = [*version.release[:count]]
    numbers[-1] += 1
    return Version(f"{version.epoch}!{'.'.join(map(str, numbers + [0] * (length - len(numbers))))}")


def _joined(ranges: list[_Range], constraint: str) -> str:
    lower, upper = ranges[0].lower, ranges[0].upper
    excluded: list[str] = []
    for each in ranges[1:]:
        if upper is None or each.lower is None or each.lower <= upper:
            upper = None if upper is None or each.upper is None else max(upper, each.upper)
            continue
        excluded += _between(upper, each.lower, constraint)
        upper = each.upper
    return _Range(lower, upper, tuple(excluded)).text()


def _between(start: Version, end: Version, constraint: str) -> list[str]:
    """Exclusions of all releases from one on up to, not including, another: 6 to 6.2.1 are 6.0.*, 6.1.* and 6.2.0.*."""
    length = max(_significant(start), _significant(end))
    first, last = ((*each.release, *[0] * length)[:length] for each in (start, end))
    differs = next((at for at in range(length) if first[at] != last[at]), length)
    endless = start.epoch != end.epoch or any(first[differs + 1 :]) or start.is_prerelease or end.is_prerelease
    gaps = [range(first[at], last[at]) if at >= differs else range(0) for at in range(length)]
    if endless or sum(map(len, gaps)) > _WIDEST_GAP:
        raise ValueError(f"the alternatives of {constraint!r} cannot be written as one specifier")
    return [f"!={'.'.join(map(str, (*last[:at], number)))}.*" for at, gap in enumerate(gaps) for number in gap]


def _significant(version: Version) -> int:
    """How many numbers of a release there are, zeros at the end not counted."""
    return max((at + 1 for at, number in enumerate(version.release) if number), default=1)
