"""Packages that rules say do not go together, as clauses of the search.

A clause is stated with whichever of its packages is looked at last, so that no page is fetched for its sake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.causes import Needs
from package_extract.resolver.names import qualified
from package_extract.resolver.package import selected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from package_extract.resolver.rules_protocol import Verdict
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.universe import Alternatives, Implication, PackageUniverse

__all__ = ["RuleClauses"]


class RuleClauses:
    """The clauses of the rules, and those that block solutions which the rules did not accept."""

    def __init__(self, universe: PackageUniverse) -> None:
        self._universe = universe
        self._blocked: list[tuple[str, dict[str, int], Verdict]] = []

    def block(self, scope: Scope, together: Mapping[str, int], verdict: Verdict) -> None:
        """These versions must not be chosen together again."""
        self._blocked.append((scope.label, dict(together), verdict))

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
            if specifier is None or not selected(package, specifier) >> value & 1:
                continue
            alternatives = self._not_together(scope, clause.together, project)
            if alternatives is not None:
                found.append((alternatives, Needs(name, None, clause.verdict.message, clause.verdict.rule)))
        return found

    def _not_together(self, scope: Scope, together: Mapping[str, str], project: str) -> Alternatives | None:
        """One of the other packages is at a version that is not meant, or is absent; None if that is so anyway."""
        alternatives: Alternatives = []
        for other, specifier in together.items():
            if other == project:
                continue
            installed = scope.installed(other)
            if installed is None and not self._universe.knows(scope, other):
                return None
            package = self._universe.package(scope, other)
            meant = selected(package, specifier)
            alternatives.append((qualified(scope, other), package.all & ~meant))
            if not meant & package.kept:
                alternatives.append((qualified(scope, other), None))
        return alternatives
