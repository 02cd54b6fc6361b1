"""Packages that can take the place of others, as variables of the search.

Where a rule offers something in the place of a package, a variable of its own says which of them is taken: one value
for each package that is offered, and the highest for the package itself. All who need the package get the same. It is
named like an extra, "tensorflow[?]", which no extra can be called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.causes import Needs, Offered, Requested
from package_extract.resolver.dependency import parse_dependency
from package_extract.resolver.errors import UnknownProject
from package_extract.resolver.masks import positions
from package_extract.resolver.names import qualified
from package_extract.resolver.package import selected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from package_extract.resolver.dependency import Dependency
    from package_extract.resolver.package import Package
    from package_extract.resolver.rules_protocol import Offer
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.universe import Implication, PackageUniverse

__all__ = ["CHOICE", "Offers"]

CHOICE = "?"


class Offers:
    """What rules offer, as far as the index has it."""

    def __init__(self, universe: PackageUniverse) -> None:
        self._universe = universe
        self._known: dict[str, tuple[Offer, ...]] = {}

    def of(self, scope: Scope, project: str) -> tuple[Offer, ...]:
        """What can take the place of a project, the better first. Nothing where its files are named by hash or URL."""
        offers = self._universe.rules.offers(project, scope.label)
        if not offers or scope.hashes or project in scope.urls:
            return ()
        key = qualified(scope, project)
        if key not in self._known:
            self._known[key] = ()  # of packages that are offered for each other, one is looked at first
            self._known[key] = tuple(offer for offer in offers if self._is_there(scope, offer))
        return self._known[key]

    def _is_there(self, scope: Scope, offer: Offer) -> bool:
        try:
            self._universe.package(scope, offer.name)
        except UnknownProject:
            return False
        return True

    def size(self, scope: Scope, project: str) -> int:
        """How many values the choice has: one for each offer, and one for the project itself."""
        return len(self.of(scope, project)) + 1

    def best(self, scope: Scope, project: str, values: int) -> int:
        """The package itself, unless rules score versions of another one higher."""
        offers = self.of(scope, project)
        names = [*(offer.name for offer in reversed(offers)), project]
        scores = {value: self._highest_score(scope, names[value]) for value in positions(values)}
        return max(scores, key=lambda value: (scores[value], value))

    def _highest_score(self, scope: Scope, project: str) -> float:
        rules = self._universe.rules
        if not rules.scored(project, scope.label):
            return 0.0
        package = self._universe.package(scope, project)
        usable = positions(package.usable & package.all)
        return max((rules.score(project, package.versions, each, scope.label) for each in usable), default=0.0)

    def stated(
        self, scope: Scope, dependency: Dependency, values: int, cause: Needs | Requested
    ) -> Iterator[Implication]:
        """That a project is needed at one of some versions, or what can take its place."""
        offers = self.of(scope, dependency.name)
        base = qualified(scope, dependency.name)
        ends = ["", *(f"[{extra}]" for extra in dependency.extras)]
        place, everything = f"{base}[{CHOICE}]", (2 << len(offers)) - 1
        yield [(place, everything)], Offered(base)
        for end in ends:
            yield [(base + end, values), (place, everything >> 1)], cause
        for bit, offer in enumerate(reversed(offers)):
            mask = self._counterparts(scope, dependency.name, offer, values)
            for end in ends:
                literal = qualified(scope, offer.name) + end, mask
                yield [literal, (place, everything & ~(1 << bit))], _offered(cause, offer)

    def _counterparts(self, scope: Scope, project: str, offer: Offer, values: int) -> int:
        """The versions of what is offered that can stand for some versions of the project."""
        package, other = self._universe.package(scope, project), self._universe.package(scope, offer.name)
        replaced = values & selected(package, offer.wanted)
        if offer.same_version:
            return _same_versions(package, replaced, other)
        if offer.wanted and not replaced:
            return 0
        return selected(other, offer.specifier)

    def settled(self, solution: Mapping[str, int]) -> tuple[dict[str, int], dict[str, Offer]]:
        """A solution without the variables of choices, and by package the offer that was taken in its place."""
        places = {}
        end = f"[{CHOICE}]"
        for name, value in solution.items():
            base = name.removesuffix(end)
            if base != name and value < len(self._known[base]):
                places[base] = self._known[base][-1 - value]
        return {name: value for name, value in solution.items() if not name.endswith(end)}, places


def _same_versions(package: Package, values: int, other: Package) -> int:
    wanted = {package.versions.version(position) for position in positions(values)}
    found = [each for each in range(len(other.versions)) if other.versions.version(each) in wanted]
    return sum(1 << position for position in found)


def _offered(cause: Needs | Requested, offer: Offer) -> Needs | Requested:
    """Why what is offered has to have certain versions."""
    if isinstance(cause, Requested):
        return cause
    return Needs(cause.parent, parse_dependency(f"{offer.name}{offer.specifier}"), None, offer.verdict.rule)
