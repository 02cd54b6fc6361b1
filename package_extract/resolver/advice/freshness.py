"""Solutions in which "the newest of one" does not drag another required package years back.

A search decides one package after the other, and takes the newest version of the first. If that leaves a second one
with a version that is years old, a little less of the first is what people mean. How far a package is behind is
measured between the upload of its version and that of the newest one that only other packages speak against.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.errors import NoSolution
from package_extract.resolver.requirements.request import RequestedPackage

if TYPE_CHECKING:
    from collections.abc import Callable

    from package_extract.resolver.answer import Answer, Pin
    from package_extract.resolver.requirements.request import Request
    from package_extract.resolver.source import Source

__all__ = ["Behind", "behind", "fresher", "with_lateness"]

BEARABLE = 1.0
"""Years; what is less behind is left alone."""
ATTEMPTS = 6
_YEAR = 365.25 * 24 * 3600
_BY_OTHERS = frozenset({"requirement", "conflict"})
_ORIGIN = "so that it is not years behind"


class Behind(Struct, frozen=True):
    """How far a pin is behind."""

    name: str
    version: str
    newest: str
    years: float


def fresher(
    request: Request, answer: Answer, solve: Callable[[Request], Answer], source: Source
) -> tuple[Answer, tuple[str, ...]]:
    """The answer, or one with the direct requirements fewer years behind in all; and what was changed for it."""
    remarks: list[str] = []
    tried: set[str] = set()
    attempts = 0
    while attempts < ATTEMPTS:
        late = [each for each in behind(answer, request, source) if each.years > BEARABLE and each.name not in tried]
        if not late:
            break
        worst = late[0]
        tried.add(worst.name)
        for bound in _bounds(worst, source):
            attempts += 1
            better = _attempt(request, answer, worst, bound, solve, source)
            if better is not None:
                remarks.append(_remark(worst, answer, better))
                answer, request = better, _bounded(request, worst.name, bound)
                break
    return answer, tuple(remarks)


def behind(answer: Answer, request: Request, source: Source) -> list[Behind]:
    """Direct requirements to be installed that are behind what the user admits, the worst first."""
    found = []
    for pin in answer.environment.pins:
        newest = _newest(pin, request)
        if pin.direct and pin.status != "keep" and newest and pin.file:
            ours, theirs = _uploaded(pin.name, pin.version, source), _uploaded(pin.name, newest, source)
            if ours and theirs and theirs > ours:
                found.append(Behind(pin.name, pin.version, newest, (theirs - ours) / _YEAR))
    return sorted(found, key=lambda each: (-each.years, each.name))


def with_lateness(answer: Answer, request: Request, source: Source) -> Answer:
    """The answer with a remark on each direct requirement that is years behind for the sake of others."""
    late = [
        f"{each.name} {each.version} is {each.years:.1f} years behind {each.newest}, which does not go together with "
        "the rest; `advise` looks for an answer in which nothing is"
        for each in behind(answer, request, source)
        if each.years > BEARABLE
    ]
    if not late:
        return answer
    environment = answer.environment
    changed = replace(environment, remarks=(*environment.remarks, *late))
    return replace(answer, environments=(changed, *answer.environments[1:]))


def _newest(pin: Pin, request: Request) -> str | None:
    """The newest version that the user's own bounds admit and only other packages exclude."""
    bounds = [
        each.requirement.specifier
        for each in (*request.requirements, *request.constraints)
        if normalize_name(each.requirement.name) == pin.name
    ]
    for group in pin.not_chosen:
        if group.reason in _BY_OTHERS:
            for version in reversed(group.versions):
                if all(bound.contains(version, prereleases=True) for bound in bounds):
                    return version
    return None


def _uploaded(name: str, version: str, source: Source) -> float | None:
    page = source.project(name)
    for position in range(len(page.versions) - 1, -1, -1):
        if page.versions[position] == version:
            times = [file.upload_time for file in page.files(position) if file.upload_time]
            return datetime.fromisoformat(min(times)).timestamp() if times else None
    return None


def _bounds(late: Behind, source: Source) -> list[str]:
    """Versions to ask for at least: the newest, and those in the last quarter and half of the time it is behind."""
    page = source.project(late.name)
    newest = _uploaded(late.name, late.newest, source)
    found = [late.newest]
    if newest is None:
        return found
    for part in (0.25, 0.5):
        earliest = newest - part * late.years * _YEAR
        for version in page.versions:
            uploaded = _uploaded(late.name, version, source)
            if uploaded and uploaded >= earliest and not page.version(page.versions.index(version)).is_prerelease:
                found.append(version)
                break
    return list(dict.fromkeys(found))


def _attempt(
    request: Request, answer: Answer, late: Behind, bound: str, solve: Callable[[Request], Answer], source: Source
) -> Answer | None:
    try:
        other = solve(_bounded(request, late.name, bound))
    except NoSolution:
        return None
    before, after = _total(answer, request, source), _total(other, request, source)
    return other if after < before else None


def _total(answer: Answer, request: Request, source: Source) -> float:
    return sum(each.years for each in behind(answer, request, source))


def _bounded(request: Request, name: str, bound: str) -> Request:
    constraint = RequestedPackage(Requirement(f"{name}>={bound}"), _ORIGIN)
    return replace(request, constraints=(*request.constraints, constraint))


def _remark(late: Behind, before: Answer, after: Answer) -> str:
    old, new = before.pins, after.pins
    given = [f"{name} {new[name]} instead of {old[name]}" for name in old if name in new and old[name] != new[name]]
    given = [each for each in given if not each.startswith(f"{late.name} ")][:3]
    price = f" for {', '.join(given)}" if given else ""
    return f"{late.name} {new.get(late.name)} is taken{price}: {late.version} would be {late.years:.1f} years behind"
