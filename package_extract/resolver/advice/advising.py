"""Resolve under rules, and say what the rules know about the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from package_extract.resolver.advice.freshness import fresher
from package_extract.resolver.advice.guidance import Guidance, Note, alternatives_of, guidance_of
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.rules.matching import Chosen
from package_extract.resolver.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.resolver.answer import Answer
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.policy import Policy
    from package_extract.resolver.requirements.request import Request
    from package_extract.resolver.rules.advisories import Advisories
    from package_extract.resolver.rules.rule_set import RuleSet
    from package_extract.resolver.rules.rulebook import Explanation, Rulebook
    from package_extract.resolver.rules.solver_rules import SolverRules
    from package_extract.resolver.source import Source
    from package_extract.resolver.target import Target

__all__ = ["Advice", "advise"]


class Advice(Struct, frozen=True):
    """An answer and what is known about it."""

    answer: Answer
    guidance: Guidance
    rules: SolverRules
    remarks: tuple[str, ...] = field(default=())

    @property
    def book(self) -> Rulebook:
        """The rules as seen from the image."""
        return self.rules.books[""]

    def explain(self) -> Explanation:
        """What became of every rule."""
        return self.rules.explain()


def advise(
    request: Request,
    target: Target,
    *,
    source: Source,
    policy: Policy,
    rules: RuleSet,
    options: IndexOptions | None = None,
    fresh: bool = True,
) -> Advice:
    """Resolve for a target under rules. `fresh`: look for a solution in which no requirement is years behind.

    `options` say where packages come from, if not from PyPI. Raises what the resolver raises.
    """
    asked = rules.for_solver(options)

    def solve(request: Request) -> Answer:
        return resolve_scopes([Scope(target, request, policy)], source, policy, asked)

    answer = solve(request)
    remarks: tuple[str, ...] = ()
    if fresh:
        answer, remarks = fresher(request, answer, solve, source)
    chosen = {pin.name: Chosen(pin.version, pin.file.index if pin.file else None) for pin in answer.environment.pins}
    direct = sorted({bound.dependency.name for bound in Scope(target, request, policy).roots})
    effective = {group.rule for pin in answer.environment.pins for group in pin.not_chosen if group.rule}
    guidance = guidance_of(asked.books[""], asked.units[""], chosen, direct, effective)
    guidance.notes += _vulnerabilities(asked.advisories, chosen)
    if not rules.alternatives:
        guidance.alternatives = alternatives_of(asked.effects[""].offers, chosen)
    return Advice(answer, guidance, asked, remarks)


def _vulnerabilities(advisories: Advisories | None, chosen: Mapping[str, Chosen]) -> list[Note]:
    if advisories is None:
        return []
    return [
        Note("WARNING", each.verdict().message, each.link or None, None, None, (name,))
        for name, pin in chosen.items()
        for each in advisories.of(name, pin.version)
    ]
