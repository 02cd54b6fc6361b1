"""From scopes to a solution: the search, repeated with less where something can be given up, and with more where a
chosen wheel turns out not to work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from packaging.specifiers import InvalidSpecifier

from package_extract.resolver.causes import Barred, Needs, Preferred, Requested
from package_extract.resolver.dependency import parse_dependency
from package_extract.resolver.errors import InvalidRequirement
from package_extract.resolver.names import qualified, split_name
from package_extract.resolver.solver.search import Solver, Unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from package_extract.resolver.rules_protocol import Offer
    from package_extract.resolver.solver.conflict import Core
    from package_extract.resolver.universe import PackageUniverse

__all__ = ["CHANGES", "Impossible", "Resolution", "roots_of", "search"]

CHANGES = "installed, and what it needs changes"
"""The origin of roots that nobody asked for: installed packages that have to change because others do."""

_LIFTED = ("needed-by-installed", "yanked", "prerelease")
"""Bars that are lifted if nothing is possible with them, those that matter least first."""


class Resolution(Struct, frozen=True):
    """A version for every package that is needed."""

    positions: dict[str, int]
    """Position in `Package.versions` by the name of the variable; extras are variables of their own."""
    roots: tuple[Requested, ...]
    """What was required, extra requirements for installed packages that have to change too among them."""
    decisions: int
    conflicts: int
    places: Mapping[str, Offer]
    """What was taken in the place of a package, by the name of that package's variable."""


class Impossible(Exception):
    """No solution; it carries what clashes."""

    def __init__(self, core: Core, roots: Sequence[Requested]) -> None:
        super().__init__("no solution")
        self.core = core
        self.roots = tuple(roots)
        """All roots of the search that failed."""


def roots_of(universe: PackageUniverse) -> list[Requested]:
    """The requirements of all scopes that hold for their targets, numbered."""
    roots: list[Requested] = []
    for scope in universe.scopes.values():
        for bound in scope.roots:
            roots.append(Requested(len(roots), bound.dependency, bound.origin, scope.label))
    return roots


def search(universe: PackageUniverse, roots: Sequence[Requested]) -> Resolution:
    """The solution. Raises `Impossible` only if there is none, and what the source raises."""
    roots = list(roots)
    while True:
        try:
            return _attempt(universe, roots)
        except Unsatisfiable as error:
            lifted = _lift(universe, error.core)
            if lifted is None:
                raise Impossible(error.core, roots) from None
            roots += [_change(len(roots) + number, each) for number, each in enumerate(lifted)]


def _attempt(universe: PackageUniverse, roots: Sequence[Requested]) -> Resolution:
    universe.expect_roots(roots)
    solver = Solver(universe)
    for root in roots:
        try:
            clauses = universe.requested(root)
        except InvalidSpecifier as error:
            raise InvalidRequirement(f"{root.dependency.text} ({root.origin}) is not valid: {error}") from None
        for alternatives, cause in clauses:
            solver.require(alternatives, cause)
    positions, places = universe.offers.settled(solver.solve())
    return Resolution(positions, tuple(roots), solver.decisions, solver.conflicts, places)


def _lift(universe: PackageUniverse, core: Core) -> list[str] | None:
    """Give up a preference, or lift the bars of one kind, that plays a part in a conflict; None if there is none.

    Returns the installed packages that must be looked at again, because what they need was changed.
    """
    preferences = [each.cause for each in core if isinstance(each.cause, Preferred)]
    if preferences:
        universe.rule_clauses.given_up.add(min(preferences, key=lambda each: (abs(each.score), each.rule)))
        return []
    bars = [each.cause for each in core if isinstance(each.cause, Barred)]
    for kind in _LIFTED:
        names = sorted({_lifted_name(bar) for bar in bars if bar.kind == kind and _may_lift(universe, bar, core)})
        new = [name for name in names if (kind, name) not in universe.bars.lifted]
        if new:
            universe.bars.lifted.update((kind, name) for name in new)
            return new if kind == "needed-by-installed" else []
    return None


def _lifted_name(bar: Barred) -> str:
    label, _, _ = split_name(bar.name)
    if bar.kind != "needed-by-installed":
        return bar.name
    return f"{label}:{bar.owner}" if label else bar.owner


def _may_lift(universe: PackageUniverse, bar: Barred, core: Core) -> bool:
    label, project, _ = split_name(bar.name)
    scope = universe.scopes[label]
    if bar.kind == "needed-by-installed":
        installed = scope.installed(bar.owner)
        return installed is not None and not scope.is_fixed(installed)
    if bar.kind == "prerelease":
        return scope.policy.prereleases == "if-needed"
    return any(_pins(each.cause, qualified(scope, project), label) for each in core)


def _pins(cause: object, name: str, label: str) -> bool:
    """Whether a cause asks for one version of a project by `==`: only then may it be a withdrawn one."""
    if not isinstance(cause, (Needs, Requested)) or cause.dependency is None:
        return False
    dependency = cause.dependency
    mine = f"{label}:{dependency.name}" if label else dependency.name
    return mine == name and dependency.specifier.startswith("==") and "*" not in dependency.specifier


def _change(number: int, name: str) -> Requested:
    """An installed package has to change, because another one does that it needs."""
    label, project, _ = split_name(name)
    return Requested(number, parse_dependency(project), CHANGES, label)
