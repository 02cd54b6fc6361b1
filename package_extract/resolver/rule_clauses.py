"""What rules say of packages beside each other, as clauses of the search.

A clause is stated with whichever of its packages is looked at last, so that no page is fetched for its sake. A
preference is a clause like others until nothing is possible with it; then it is given up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.causes import Needs, Preferred
from package_extract.resolver.dependency import parse_dependency
from package_extract.resolver.errors import UnknownProject
from package_extract.resolver.names import qualified
from package_extract.resolver.package import selected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from package_extract.resolver.rules_protocol import RuleClause, Verdict
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.universe import Alternatives, Implication, PackageUniverse

__all__ = ["RuleClauses"]


class RuleClauses:
    """The clauses of the rules, and those that block solutions which the rules did not accept."""

    def __init__(self, universe: PackageUniverse) -> None:
        self._universe = universe
        self._blocked: list[tuple[str, dict[str, int], Verdict]] = []
        self.given_up: set[Preferred] = set()
        """Preferences that cannot be followed."""

    def block(self, scope: Scope, together: Mapping[str, int], verdict: Verdict) -> None:
        """These versions must not be chosen together again."""
        self._blocked.append((scope.label, dict(together), verdict))

    def blocked_beside(self, scope: Scope, chosen: Mapping[str, int], project: str) -> Iterator[tuple[int, Verdict]]:
        """Versions of a project, as masks, that were blocked beside those chosen of others."""
        for label, together, verdict in self._blocked:
            others = [other for other in together if other != project]
            if label == scope.label and project in together and all(chosen.get(o) == together[o] for o in others):
                yield 1 << together[project], verdict

    def _blocking_clauses(self, scope: Scope, project: str, value: int) -> Iterator[Implication]:
        for label, together, verdict in self._blocked:
            if label == scope.label and together.get(project) == value:
                alternatives: Alternatives = []
                for other, position in together.items():
                    if other != project:
                        name = qualified(scope, other)
                        alternatives += [
                            (name, self._universe.package(scope, other).all & ~(1 << position)),
                            (name, None),
                        ]
                yield alternatives, Needs(qualified(scope, project), None, verdict.message, verdict.rule)

    def of(self, name: str, value: int) -> list[Implication]:
        """What the clauses say of a version whose other packages are known."""
        scope, project, extra, package = self._universe.variable(name)
        if extra:
            return []
        found = list(self._blocking_clauses(scope, project, value)) if self._blocked else []
        for clause in self._universe.rules.clauses(project, scope.label):
            specifier = clause.together.get(project)
            if specifier is None or not self._knows_others(scope, clause, project):
                continue
            meant = bool(selected(package, specifier) >> value & 1)
            if clause.score:
                found += self._preferring(scope, clause, project, meant=meant, kept=package.is_installed(value))
            elif meant:
                found += self._excluding(scope, clause, project)
        return found

    def _knows_others(self, scope: Scope, clause: RuleClause, project: str) -> bool:
        """Whether the others were met, or are installed; if not, they are absent, or state the clause themselves."""
        others = [other for other in clause.together if other != project]
        return all(scope.installed(other) or self._universe.knows(scope, other) for other in others)

    def _excluding(self, scope: Scope, clause: RuleClause, project: str) -> Iterator[Implication]:
        """What a version implies: another package is absent or at a version not meant, or what is needed is there."""
        alternatives: Alternatives = []
        for other, specifier in clause.together.items():
            if other != project:
                package = self._universe.package(scope, other)
                meant = selected(package, specifier)
                alternatives.append((qualified(scope, other), package.all & ~meant))
                if not meant & package.kept:
                    alternatives.append((qualified(scope, other), None))
        name, verdict = qualified(scope, project), clause.verdict
        if clause.needed is None:
            yield alternatives, Needs(name, None, verdict.message, verdict.rule)
            return
        needed, specifier = clause.needed
        try:
            mask = selected(self._universe.package(scope, needed), specifier)
        except UnknownProject:
            return
        dependency = parse_dependency(f"{needed}{specifier}")
        yield [(qualified(scope, needed), mask), *alternatives], Needs(name, dependency, None, verdict.rule)

    def _preferring(
        self, scope: Scope, clause: RuleClause, project: str, *, meant: bool, kept: bool
    ) -> Iterator[Implication]:
        """What a preference implies: a combination with a bad score is not completed, one with a good score is.

        No preference changes what the image has: it is about what goes well with that.
        """
        preferred = _preferred(scope, clause)
        keeps = scope.policy.installed in ("prefer", "pin")
        if preferred in self.given_up or (kept and keeps):
            return
        others: list[tuple[str, int, int]] = []
        for other, specifier in clause.together.items():
            package = self._universe.package(scope, other)
            wanted = selected(package, specifier)
            if other == project:
                continue
            if not (keeps and package.kept):
                others.append((qualified(scope, other), wanted, package.all & ~wanted))
            elif not wanted & package.kept:
                return
        absent: Alternatives = [(name, None) for name, _, _ in others]
        if clause.score > 0 and meant:
            for name, wanted, _ in others:
                yield [(name, wanted), *absent], preferred
        elif clause.score > 0:
            yield absent, preferred
        elif meant:
            yield [*((name, different) for name, _, different in others), *absent], preferred


def _preferred(scope: Scope, clause: RuleClause) -> Preferred:
    together = tuple((qualified(scope, name), specifier) for name, specifier in clause.together.items())
    return Preferred(clause.verdict.rule, together, clause.score)
