"""Resolve under rules, and say what the rules know about the result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.advice.freshness import fresher
from package_extract.resolver.advice.guidance import Guidance, Note, alternatives_of, guidance_of
from package_extract.resolver.index.options import DEFAULT_INDEX_URL
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.rules.effects import EffectSettings
from package_extract.resolver.rules.environment import Circumstances, Environment, Hardware
from package_extract.resolver.rules.environment_document import environment_of
from package_extract.resolver.rules.matching import Chosen
from package_extract.resolver.rules.rulebook import Rulebook
from package_extract.resolver.rules.solver_rules import SolverRules
from package_extract.resolver.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from package_extract.resolver.answer import Answer
    from package_extract.resolver.policy import Policy
    from package_extract.resolver.requirements.request import Request
    from package_extract.resolver.rules.advisories import Advisories
    from package_extract.resolver.rules.index import RuleIndex
    from package_extract.resolver.rules.rulebook import Explanation
    from package_extract.resolver.source import Source
    from package_extract.resolver.target import Target

__all__ = ["Advice", "Advising", "advise"]


@dataclass(frozen=True, slots=True)
class Advising:
    """How to advise."""

    circumstances: Circumstances = field(default_factory=Circumstances)
    info: bool = False
    """Tell plain facts about packages too."""
    disabled: frozenset[str] = frozenset()
    """Names of rules that are switched off."""
    skip_packages: bool = False
    """Let rules leave out dependencies."""
    alternatives: bool = False
    """Tell which other packages rules offer in place of those chosen."""
    fresh: bool = True
    """Look for a solution in which no requirement is years behind."""
    hardware: Hardware = field(default_factory=Hardware)
    known_images: tuple[Mapping[str, Any], ...] = ()
    """Documents of images that the image may be built on."""


@dataclass(frozen=True, slots=True)
class Advice:
    """An answer and what is known about it."""

    answer: Answer
    guidance: Guidance
    rules: SolverRules
    book: Rulebook
    remarks: tuple[str, ...] = field(default=())

    def explain(self) -> Explanation:
        """What became of every rule."""
        explanation = self.book.explain()
        unused = self.rules.effects[""].unused
        evaluated = [name for name in explanation.evaluated if name not in unused]
        return explanation._replace(evaluated=evaluated, skipped={**explanation.skipped, **unused})


def advise(
    request: Request,
    target: Target,
    document: Mapping[str, Any] | None,
    *,
    source: Source,
    policy: Policy,
    indexes: Sequence[RuleIndex],
    advisories: Advisories | None = None,
    how: Advising | None = None,
) -> Advice:
    """Resolve for a target under the rules of some indexes.

    `document` describes the image of the target, None for a target without one. Raises `NotAcceptable` if a rule
    rejects the image or a requirement as such, and what the resolver raises.
    """
    how = how or Advising()
    rules, book = solver_rules(request, target, document, indexes=indexes, advisories=advisories, how=how)
    direct = sorted({normalize_name(each.requirement.name) for each in request.requirements})
    rules.check_direct(direct)

    def solve(asked: Request) -> Answer:
        return resolve_scopes([Scope(target, asked, policy)], source, policy, rules)

    answer = solve(request)
    remarks: tuple[str, ...] = ()
    if how.fresh:
        answer, remarks = fresher(request, answer, solve, source)
    chosen = {pin.name: Chosen(pin.version, pin.file.index if pin.file else None) for pin in answer.environment.pins}
    guidance = guidance_of(book, rules.units[""], chosen, direct)
    guidance.notes += [*_vulnerabilities(advisories, chosen), *_left_out(rules)]
    if how.alternatives:
        guidance.alternatives = alternatives_of(rules.effects[""].pseudonyms, chosen, how.circumstances.mode)
    return Advice(answer, guidance, rules, book, remarks)


def solver_rules(
    request: Request,
    target: Target,
    document: Mapping[str, Any] | None,
    *,
    indexes: Sequence[RuleIndex],
    advisories: Advisories | None,
    how: Advising,
) -> tuple[SolverRules, Rulebook]:
    """The rules for one resolution, their conditions not yet evaluated."""
    book = Rulebook(indexes, _environment(target, document, how), how.circumstances, how.info, how.disabled)
    options = request.index_options
    addresses = (options.index_url or DEFAULT_INDEX_URL, *options.extra_index_urls)
    settings = EffectSettings(how.circumstances.mode, how.skip_packages, addresses)
    rules = SolverRules({"": book}, advisories=advisories, settings=settings)
    rules.begin(target, "")
    return rules, book


def _environment(target: Target, document: Mapping[str, Any] | None, how: Advising) -> Environment:
    version = target.markers["python_version"]
    if document is None:
        platform = f"{target.markers['sys_platform']}-{target.markers['platform_machine']}"
        return Environment(python_version=version, platform=platform, hardware=how.hardware)
    return environment_of(document, python_version=version, hardware=how.hardware, known_images=how.known_images)


def _vulnerabilities(advisories: Advisories | None, chosen: Mapping[str, Chosen]) -> list[Note]:
    if advisories is None:
        return []
    return [
        Note("WARNING", each.verdict().message, each.link or None, None, None, (name,))
        for name, pin in chosen.items()
        for each in advisories.of(name, pin.version)
    ]


def _left_out(rules: SolverRules) -> list[Note]:
    notes = []
    for (parent, name), why in sorted(rules.dropped.items()):
        message = f"{parent} asks for {name}, which a rule leaves out: {why.message}"
        notes.append(Note("WARNING", message, why.link, why.rule, None, (parent,)))
    return notes
