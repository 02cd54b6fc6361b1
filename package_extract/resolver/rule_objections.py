"""What rules say against versions newer than the chosen one: combinations, preferences and scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.masks import positions
from package_extract.resolver.package import selected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from package_extract.resolver.package import Package
    from package_extract.resolver.rules_protocol import RuleClause, Verdict
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.universe import PackageUniverse

__all__ = ["rule_objections"]


def rule_objections(
    universe: PackageUniverse, scope: Scope, package: Package, chosen: Mapping[str, int], newer: int
) -> Iterator[tuple[int, str, Verdict]]:
    """Versions among `newer` with "rule" or "preference" and what the rule says; `chosen` are positions by name."""
    preferences = []
    for clause in universe.rules.clauses(package.name, scope.label):
        mask = _against(universe, scope, clause, package, chosen) & newer
        if mask and not clause.score:
            yield mask, "rule", clause.verdict
        elif mask:
            preferences.append((mask, clause.verdict))
    for mask, verdict in universe.rule_clauses.blocked_beside(scope, chosen, package.name):
        if mask & newer:
            yield mask, "rule", verdict
    for mask, verdict in preferences:
        yield mask, "preference", verdict
    if universe.rules.scored(package.name, scope.label):
        yield from _scores(universe, scope, package, chosen[package.name], newer)


def _against(
    universe: PackageUniverse, scope: Scope, clause: RuleClause, package: Package, chosen: Mapping[str, int]
) -> int:
    """The versions that a clause speaks against, as the other packages are what they are."""
    if clause.needed is not None:
        return 0
    for name, specifier in clause.together.items():
        if name == package.name:
            continue
        if name not in chosen and (clause.score > 0 or not scope.installed(name)):
            return 0
        other = universe.package(scope, name)
        position = chosen.get(name, other.installed_position)
        if position is None or not selected(other, specifier) >> position & 1:
            return 0
    meant = selected(package, clause.together[package.name])
    return package.all & ~meant if clause.score > 0 else meant


def _scores(
    universe: PackageUniverse, scope: Scope, package: Package, chosen: int, newer: int
) -> Iterator[tuple[int, str, Verdict]]:
    """Newer versions that scores put behind the chosen one, with the score that does most to it."""
    rules = universe.rules
    opinions = rules.opinions(package.name, package.versions, scope.label)
    ours = rules.score(package.name, package.versions, chosen, scope.label)
    for position in positions(newer & package.usable):
        if rules.score(package.name, package.versions, position, scope.label) < ours:
            better, worse = 1 << chosen, 1 << position
            telling = [
                (abs(value), verdict)
                for mask, value, verdict in opinions
                if mask & (better | worse) == (worse if value < 0 else better)
            ]
            if telling:
                yield worse, "preference", max(telling, key=lambda each: each[0])[1]
