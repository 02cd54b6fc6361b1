"""Why a version and not a newer one: the facts that the search went by, looked up again for the pins that it chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from packaging.specifiers import InvalidSpecifier

from package_extract.resolver.agreement import agreeing
from package_extract.resolver.answer import NotChosen
from package_extract.resolver.masks import positions
from package_extract.resolver.names import qualified, split_name
from package_extract.resolver.rule_objections import rule_objections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.resolver.dependency import Dependency
    from package_extract.resolver.package import Package
    from package_extract.resolver.resolution import Resolution
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.universe import PackageUniverse

__all__ = ["Asking", "Justifier", "UNUSABLE_TEXT"]

UNUSABLE_TEXT = {
    "newer-than": "it was uploaded after the moment that was given",
    "needs-build": "there is no wheel of it for this target, it would have to be built from source",
    "requires-python": "it is not for this version of Python",
    "tag": "none of its wheels is for this platform",
}


_Objection = tuple[int, str, str] | tuple[int, str, str, str, "str | None"]


class Asking(NamedTuple):
    """Somebody who needs a package, and which versions would do."""

    who: str
    """"flask 3.0.0", or the origin of a requirement."""
    text: str
    specifier: str
    pin: str
    """Normalized name of the package that asks; "" for the user."""


class Justifier:
    """Explains the pins of one resolution for one scope."""

    def __init__(self, universe: PackageUniverse, resolution: Resolution, scope: Scope) -> None:
        self._universe = universe
        self._scope = scope
        self._positions = resolution.positions
        self.chosen: dict[str, int] = {}
        self.extras: dict[str, list[str]] = {}
        for name, position in resolution.positions.items():
            label, project, extra = split_name(name)
            if label == scope.label:
                self.chosen[project] = position
                if extra:
                    self.extras.setdefault(project, []).append(extra)
        self.asking: dict[str, list[Asking]] = {}
        self.places = {split_name(name)[1]: offer for name, offer in resolution.places.items() if _is_of(name, scope)}
        """What was taken in the place of which package."""
        for root in resolution.roots:
            if root.label == scope.label:
                name, specifier = self._taken(root.dependency)
                asking = Asking(root.origin, root.dependency.text, specifier, "")
                self.asking.setdefault(name, []).append(asking)
        self._needed: dict[str, set[str]] = {}
        for project, position in self.chosen.items():
            self._collect(project, position)

    def _taken(self, dependency: Dependency) -> tuple[str, str]:
        """The package that meets a dependency, and the versions of it that would do."""
        offer = self.places.get(dependency.name)
        if offer is None:
            return dependency.name, dependency.specifier
        return offer.name, dependency.specifier if offer.same_version else offer.specifier

    def package(self, project: str) -> Package:
        """The package of a pin."""
        return self._universe.package(self._scope, project)

    def _collect(self, project: str, position: int) -> None:
        package = self.package(project)
        who = f"{project} {package.versions.text(position)}"
        for extra in ("", *self.extras.get(project, ())):
            for dependency in self._universe.expected(self._scope, package, position, extra):
                name, specifier = self._taken(dependency)
                if name in self.chosen and name != project:
                    text = dependency.text.partition(";")[0].strip()
                    asking = Asking(who, text, specifier, project)
                    known = self.asking.setdefault(name, [])
                    if asking not in known:
                        known.append(asking)
                        self._needed.setdefault(project, set()).add(name)

    def reason(self, project: str) -> str:
        """Why this version, in a few words."""
        package, position = self.package(project), self.chosen[project]
        if package.is_installed(position):
            return "it is in the image and fits"
        newer = package.usable >> (position + 1)
        return "the newest that fits" if newer else "the newest"

    def not_chosen(self, project: str) -> tuple[NotChosen, ...]:
        """The newer versions, grouped by what speaks against them, in the order of the newest of each group."""
        package, position = self.package(project), self.chosen[project]
        left = package.all & ~((1 << (position + 1)) - 1)
        groups: list[tuple[int, NotChosen]] = []
        for mask, reason, explanation, *source in self._objections(project, package, position):
            if mask & left:
                found = tuple(package.versions.text(each) for each in positions(mask & left))
                groups.append(((mask & left).bit_length(), NotChosen(reason, found, explanation, *source)))
                left &= ~mask
        if left:
            kept = package.is_installed(position)
            reason, text = ("installed", "the image's version fits") if kept else ("conflict", _CONFLICT)
            found = tuple(package.versions.text(each) for each in positions(left))
            groups.append((left.bit_length(), NotChosen(reason, found, text)))
        return tuple(group for _, group in sorted(groups, key=lambda each: -each[0]))

    def _objections(self, project: str, package: Package, position: int) -> Iterator[_Objection]:
        """Masks with reasons, the first reason that fits a version is its reason."""
        newer = package.all & ~((1 << (position + 1)) - 1)
        if not newer:
            return
        yield from _unusable(package, newer)
        for other in positions(package.usable & newer):
            if problem := self._universe.unreadable(self._scope, package, other):
                yield 1 << other, "unreadable", problem
        bars = list(self._universe.bars.of(self._scope, package))
        for mask, bar in bars:
            if bar.kind == "rule":
                yield mask, bar.kind, bar.message, bar.owner, bar.link
            elif bar.kind != "unusable":
                yield mask, bar.kind, bar.message
        for asking in self.asking.get(project, ()):
            try:
                mask = package.all & ~package.select(asking.specifier)
            except InvalidSpecifier:
                continue
            yield mask, "requirement", f"{asking.who} needs {asking.text}"
        yield from self._disagreements(project, package)
        if not package.is_installed(position):
            for mask, reason, verdict in rule_objections(self._universe, self._scope, package, self.chosen, newer):
                yield mask, reason, verdict.message, verdict.rule, verdict.link
            for other in reversed(positions(package.usable & newer)):
                if text := self._clash(package, other):
                    yield 1 << other, "conflict", text

    def _disagreements(self, project: str, package: Package) -> Iterator[tuple[int, str, str]]:
        """Versions that do not agree with what is chosen for other images of the request."""
        mode = self._universe.agreements.get(project)
        for scope in self._universe.scopes.values() if mode else ():
            other = self._positions.get(qualified(scope, project))
            if mode and other is not None and scope is not self._scope:
                elsewhere = self._universe.package(scope, project)
                agreed = agreeing(elsewhere, mode)(1 << other)
                text = f"it has to agree ({mode}) with {scope.label}, which gets {elsewhere.versions.text(other)}"
                yield package.all & ~agreed, "agreement", text

    def _clash(self, package: Package, position: int) -> str | None:
        """What a version would need that the solution does not have, if that is known without asking anybody."""
        file = package.file(position)
        if file is None or not self._universe.source.metadata_ready(file):
            return None
        for extra in ("", *self.extras.get(package.name, ())):
            for dependency in self._universe.expected(self._scope, package, position, extra):
                other = self.chosen.get(dependency.name)
                if other is None:
                    continue
                try:
                    fits = self.package(dependency.name).select(dependency.specifier) >> other & 1
                except InvalidSpecifier:
                    continue
                if not fits:
                    text = dependency.text.partition(";")[0].strip()
                    version = self.package(dependency.name).versions.text(other)
                    return f"it needs {text}, and {dependency.name} {version} is chosen"
        return None

    def dependencies(self, project: str) -> tuple[str, ...]:
        """Names of the pins that a pin needs."""
        return tuple(sorted(self._needed.get(project, ())))


def _is_of(name: str, scope: Scope) -> bool:
    return split_name(name)[0] == scope.label


_CONFLICT = "it does not go together with the rest"


def _unusable(package: Package, among: int) -> Iterator[tuple[int, str, str]]:
    by_problem: dict[str, int] = {}
    for position in positions(among & ~package.usable):
        problem = package.problem(position)
        if problem:
            by_problem[problem] = by_problem.get(problem, 0) | 1 << position
    for problem, mask in by_problem.items():
        yield mask, problem, UNUSABLE_TEXT[problem]
