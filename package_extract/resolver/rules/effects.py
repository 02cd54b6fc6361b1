"""What the units that count do to a resolution, sorted by what the solver asks for.

Units with several alternatives (`match` as a list) take part once for each. An effect that the solver has no means for
is not dropped silently: it stands in `unused` with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.resolver.rules.matching import index_matches
from package_extract.resolver.rules.texts import verdict
from package_extract.resolver.rules_protocol import RuleClause, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.resolver.rules.environment import Environment, Mode
    from package_extract.resolver.rules.unit import Unit

__all__ = ["Drop", "Effects", "EffectSettings", "Score", "effects_of"]

_LARGEST_SCORE = 1.0


@dataclass(frozen=True, slots=True)
class EffectSettings:
    """What rules may do."""

    mode: Mode = "intent"
    skip_packages: bool = False
    """Leave out dependencies that rules call unneeded."""
    indexes: tuple[str, ...] = ()
    """Addresses of the indexes that packages come from."""


class Drop(NamedTuple):
    """A dependency that is left out."""

    parents: tuple[Mapping[str, Any], ...]
    """Who has to ask for it, each with `name` and perhaps `version`; empty for anybody."""
    verdict: Verdict


class Score(NamedTuple):
    """What speaks for or against versions."""

    wanted: Mapping[str, Any]
    value: float
    """-1 to 1."""


@dataclass(slots=True)
class Effects:
    """By normalized name of the package; "" for all packages."""

    forbidden: dict[str, list[tuple[Mapping[str, Any], Verdict]]] = field(default_factory=dict)
    clauses: dict[str, list[RuleClause]] = field(default_factory=dict)
    drops: dict[str, list[Drop]] = field(default_factory=dict)
    scores: dict[str, list[Score]] = field(default_factory=dict)
    additions: dict[str, list[tuple[Mapping[str, Any], str, Verdict]]] = field(default_factory=dict)
    """Which versions need what else."""
    strides: list[tuple[list[Mapping[str, Any]], Verdict]] = field(default_factory=list)
    """What must not be in a whole solution together."""
    boots: list[tuple[frozenset[str], Verdict]] = field(default_factory=list)
    """Direct requirements with which nothing can be resolved; {""} for whatever is required."""
    pseudonyms: dict[str, list[tuple[Mapping[str, Any], Mapping[str, Any], Verdict]]] = field(default_factory=dict)
    """Which versions have which alternative."""
    unused: dict[str, str] = field(default_factory=dict)
    """Unit -> why its effect is not used."""


def effects_of(units: Iterable[Unit], environment: Environment, settings: EffectSettings) -> Effects:
    """The effects of units that count, in their order."""
    effects = Effects()
    for unit in units:
        reason = _unusable(unit, settings)
        if reason:
            effects.unused[unit.name] = reason
        elif unit.type in _EFFECTS:
            _EFFECTS[unit.type](unit, verdict(unit, environment), effects, settings)
    return effects


def _unusable(unit: Unit, settings: EffectSettings) -> str | None:
    if unit.type.endswith("SkipPackage") and not settings.skip_packages:
        return "leaves out a dependency, which is done only on request"
    if "eager_stop_pipeline" in unit.run and "not_acceptable" not in unit.run:
        return "eager_stop_pipeline has no meaning here"
    return None


def _rejects(unit: Unit) -> bool:
    return "not_acceptable" in unit.run


def _boot(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    del settings
    if _rejects(unit):
        effects.boots.append((unit.packages(), why))


def _pseudonym(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    for wanted in _meant(unit, [alternative["package_version"] for alternative in unit.match], effects, settings):
        effects.pseudonyms.setdefault(wanted["name"], []).append((wanted, unit.run["yield"], why))


def _sieve(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    for wanted in _meant(unit, [alternative["package_version"] for alternative in unit.match], effects, settings):
        effects.forbidden.setdefault(wanted.get("name", ""), []).append((wanted, why))


def _skip_everywhere(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    del settings
    for alternative in unit.match:
        effects.drops.setdefault(alternative["package_name"], []).append(Drop((), why))


def _step(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    for alternative in unit.match:
        state = alternative.get("state") or {}
        parents = state.get("package_version_from") or ()
        for wanted in _meant(unit, [alternative["package_version"]], effects, settings):
            others = [*(state.get("resolved_dependencies") or ()), *parents]
            if _rejects(unit):
                resolved = state.get("resolved_dependencies") or ()
                for parent in [[each] for each in parents] or [[]]:
                    _reject(unit, [wanted, *resolved, *parent], why, effects)
            elif "score" in unit.run:
                if others:
                    effects.unused[unit.name] = "scores a combination, which the order of the search cannot follow"
                    continue
                value = max(-_LARGEST_SCORE, min(_LARGEST_SCORE, float(unit.run["score"])))
                effects.scores.setdefault(wanted.get("name", ""), []).append(Score(wanted, value))


def _group(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    for alternative in unit.match:
        members = [member["package_version"] for member in alternative["group"]]
        if _rejects(unit) and len(_meant(unit, members, effects, settings)) == len(members):
            _reject(unit, members, why, effects)
        elif "score" in unit.run:
            effects.unused[unit.name] = "scores a combination, which the order of the search cannot follow"


def _reject(unit: Unit, together: list[Mapping[str, Any]], why: Verdict, effects: Effects) -> None:
    """These must not be chosen together."""
    names = {each.get("name", "") for each in together}
    if len(names) == 1:
        for each in together[:1]:
            version = ",".join(filter(None, (other.get("version", "") for other in together)))
            meant = {**each, "version": version} if version else each
            effects.forbidden.setdefault(each.get("name", ""), []).append((meant, why))
        return
    if "" in names:
        effects.unused[unit.name] = "rejects any package beside another one, which would be checked for every package"
        return
    specifiers: dict[str, str] = {}
    for each in together:
        parts = (specifiers.get(each["name"], ""), each.get("version", ""))
        specifiers[each["name"]] = ",".join(filter(None, parts))
    clause = RuleClause(specifiers, why)
    for name in specifiers:
        effects.clauses.setdefault(name, []).append(clause)


def _skip_from(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    del settings
    for alternative in unit.match:
        name = alternative["package_version"].get("name")
        parents = tuple((alternative.get("state") or {}).get("package_version_from") or ())
        if name is None or (alternative.get("state") or {}).get("resolved_dependencies"):
            effects.unused[unit.name] = "leaves out a dependency beside others, which is not known at that moment"
        else:
            effects.drops.setdefault(name, []).append(Drop(parents, why))


def _addition(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    new = unit.run["package_version"]
    for alternative in unit.match:
        if alternative.get("state") or new["develop"]:
            effects.unused[unit.name] = "adds a package only beside others, or for development"
            continue
        for wanted in _meant(unit, [alternative["package_version"]], effects, settings):
            line = f"{new['name']}{new['locked_version']}"
            effects.additions.setdefault(wanted.get("name", ""), []).append((wanted, line, why))


def _stride(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    del settings
    if _rejects(unit):
        for alternative in unit.match:
            resolved = (alternative.get("state") or {}).get("resolved_dependencies") or []
            effects.strides.append((resolved, why))


def _meant(
    unit: Unit, packages: list[Mapping[str, Any]], effects: Effects, settings: EffectSettings
) -> list[Mapping[str, Any]]:
    """Those that can be meant at all, as no package is for development only and as the indexes are what they are."""
    found = []
    for package in packages:
        if package.get("develop"):
            effects.unused[unit.name] = "is about packages for development only"
            continue
        if "index_url" in package:
            answers = {index_matches(package["index_url"], index, settings.mode) for index in settings.indexes}
            if answers != {True}:
                why = "is about another index" if answers == {False} else "is about one of several indexes"
                effects.unused[unit.name] = why
                continue
        found.append(package)
    return found


_EFFECTS = {
    "boot": _boot,
    "pseudonym": _pseudonym,
    "sieve": _sieve,
    "sieve.SkipPackage": _skip_everywhere,
    "step": _step,
    "step.Group": _group,
    "step.SkipPackage": _skip_from,
    "step.AddPackage": _addition,
    "stride": _stride,
}
