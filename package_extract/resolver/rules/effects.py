"""What the units that count do to a resolution, sorted by what the solver asks for.

Units with several alternatives (`match` as a list) take part once for each. An effect that the solver has no means for
is not dropped silently: it stands in `unused` with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.resolver.rules.matching import index_matches
from package_extract.resolver.rules.texts import verdict
from package_extract.resolver.rules_protocol import Offer, RuleClause, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.resolver.rules.environment import Environment, Mode
    from package_extract.resolver.rules.unit import Unit

__all__ = ["Drop", "Effects", "EffectSettings", "Score", "effects_of"]

_LARGEST_SCORE = 1.0


class EffectSettings(NamedTuple):
    """What rules may do."""

    mode: Mode = "intent"
    skip_packages: bool = False
    """Leave out dependencies that rules call unneeded."""
    alternatives: bool = False
    """Take other packages that rules offer in place of those asked for."""
    indexes: tuple[str, ...] = ()
    """Addresses of the indexes that packages come from."""


class Drop(NamedTuple):
    """A dependency that is left out."""

    parents: tuple[Mapping[str, Any], ...]
    """Who has to ask for it, each with `name` and perhaps `version`; empty for anybody."""
    verdict: Verdict


class Stride(NamedTuple):
    """What must not be in a whole solution together."""

    resolved: list[dict[str, str]]
    """Each with `name` and perhaps `version`; one without a name means any package."""
    verdict: Verdict
    package: str = ""
    """Of which it matters who needs it."""
    parents: frozenset[str] = frozenset()
    """Who has to need it."""
    others: bool = False
    """Whether others may need it too."""


class Score(NamedTuple):
    """What speaks for or against versions."""

    wanted: Mapping[str, Any]
    value: float
    """-1 to 1."""
    verdict: Verdict


class Effects:
    """By normalized name of the package; "" for all packages."""

    def __init__(self) -> None:
        self.forbidden: dict[str, list[tuple[Mapping[str, Any], Verdict]]] = {}
        self.clauses: dict[str, list[RuleClause]] = {}
        self.drops: dict[str, list[Drop]] = {}
        self.scores: dict[str, list[Score]] = {}
        self.additions: dict[str, list[tuple[Mapping[str, Any], str, Verdict]]] = {}
        """Which versions need what else."""
        self.strides: list[Stride] = []
        self.boots: list[tuple[frozenset[str], Verdict]] = []
        """Direct requirements with which nothing can be resolved; {""} for whatever is required."""
        self.offers: dict[str, list[Offer]] = {}
        """What can take the place of a package."""
        self.unused: dict[str, str] = {}
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
    offered = unit.run["yield"]
    other = offered["package_version"]
    if _index_problem(other, settings, loosely=True):
        effects.unused[unit.name] = "offers a package of another index"
        return
    if not settings.alternatives:
        effects.unused[unit.name] = "offers another package, which is taken only on request"
    same = bool(offered.get("yield_matched_version"))
    specifier = "" if same else other.get("locked_version") or ""
    packages = [alternative["package_version"] for alternative in unit.match]
    for wanted in _meant(unit, packages, effects, settings, loosely=True):
        if wanted["name"] != other["name"]:
            offer = Offer(wanted.get("version", ""), other["name"], specifier, same, why)
            effects.offers.setdefault(wanted["name"], []).append(offer)


def _sieve(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    packages = [alternative["package_version"] for alternative in unit.match]
    for wanted in _meant(unit, packages, effects, settings, loosely=True):
        effects.forbidden.setdefault(wanted.get("name", ""), []).append((wanted, why))


def _skip_everywhere(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    del settings
    for alternative in unit.match:
        effects.drops.setdefault(alternative["package_name"], []).append(Drop((), why))


def _step(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    for alternative in unit.match:
        together = _beside(alternative)
        meant = _meant(unit, together, effects, settings, loosely=_loosely(together, settings))
        if len(meant) == len(together):
            if _rejects(unit) and (alternative.get("state") or {}).get("package_version_from"):
                _reject_brought(unit, alternative, meant, why, effects)
            else:
                _judge(unit, meant, why, effects)


def _reject_brought(
    unit: Unit, alternative: Mapping[str, Any], together: list[Mapping[str, Any]], why: Verdict, effects: Effects
) -> None:
    """Reject a package that certain others bring. Who brings it is known only of a whole solution: hence a stride."""
    state, package = alternative["state"], alternative["package_version"].get("name", "")
    if not package:
        effects.unused[unit.name] = "rejects any package that others bring"
        return
    parents = frozenset(each["name"] for each in state["package_version_from"])
    others = bool(state.get("package_version_from_allow_other"))
    effects.strides.append(Stride([*map(_plain, together)], why, package, parents, others))


def _group(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    for alternative in unit.match:
        members = [member["package_version"] for member in alternative["group"]]
        if len(_meant(unit, members, effects, settings, loosely=_loosely(members, settings))) == len(members):
            _judge(unit, members, why, effects)


def _beside(alternative: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What a step means together: the package, what has to be resolved, and all that have to bring it."""
    state = alternative.get("state") or {}
    resolved, parents = state.get("resolved_dependencies") or (), state.get("package_version_from") or ()
    return [alternative["package_version"], *resolved, *parents]


def _judge(unit: Unit, together: list[Mapping[str, Any]], why: Verdict, effects: Effects) -> None:
    """Reject or score packages that are chosen together."""
    if _rejects(unit):
        _reject(unit, together, why, effects)
    elif value := max(-_LARGEST_SCORE, min(_LARGEST_SCORE, float(unit.run.get("score", 0)))):
        _score(unit, together, value, why, effects)


def _score(unit: Unit, together: list[Mapping[str, Any]], value: float, why: Verdict, effects: Effects) -> None:
    specifiers = _specifiers(together)
    if len(specifiers) == 1:
        ((name, version),) = specifiers.items()
        wanted = {**together[0], "version": version} if version else together[0]
        effects.scores.setdefault(name, []).append(Score(wanted, value, why))
    elif "" in specifiers:
        effects.unused[unit.name] = "scores any package beside another one: no version is better for it"
    elif value > 0 and not any(specifiers.values()):
        effects.unused[unit.name] = "prefers packages beside each other whatever their versions: nothing can be chosen"
    else:
        _add_clause(RuleClause(specifiers, why, value), effects)


def _reject(unit: Unit, together: list[Mapping[str, Any]], why: Verdict, effects: Effects) -> None:
    """These must not be chosen together."""
    specifiers = _specifiers(together)
    if len(specifiers) == 1:
        ((name, version),) = specifiers.items()
        meant = {**together[0], "version": version} if version else together[0]
        effects.forbidden.setdefault(name, []).append((meant, why))
    elif "" not in specifiers:
        _add_clause(RuleClause(specifiers, why), effects)
    elif specifiers[""]:
        effects.strides.append(Stride([*map(_plain, together)], why))
    else:
        effects.unused[unit.name] = "rejects any package beside another one, whatever its version"


def _specifiers(together: list[Mapping[str, Any]]) -> dict[str, str]:
    """By name; one that is named twice has to be in both specifiers."""
    specifiers: dict[str, str] = {}
    for each in together:
        name = each.get("name", "")
        specifiers[name] = ",".join(filter(None, (specifiers.get(name, ""), each.get("version", ""))))
    return specifiers


def _plain(package: Mapping[str, Any]) -> dict[str, str]:
    """Name and version only: the index was compared already."""
    return {key: package[key] for key in ("name", "version") if key in package}


def _add_clause(clause: RuleClause, effects: Effects) -> None:
    for name in clause.together:
        effects.clauses.setdefault(name, []).append(clause)


def _skip_from(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    del settings
    for alternative in unit.match:
        name = alternative["package_version"].get("name")
        parents = tuple((alternative.get("state") or {}).get("package_version_from") or ())
        if name is None or (alternative.get("state") or {}).get("resolved_dependencies"):
            effects.unused[unit.name] = "leaves out a dependency beside others, which are not known yet"
        elif len(parents) > 1:
            effects.unused[unit.name] = "leaves out what several packages bring together, which is not known yet"
        else:
            effects.drops.setdefault(name, []).append(Drop(parents, why))


def _addition(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    new = unit.run["package_version"]
    if new["develop"] or _index_problem(new, settings, loosely=True):
        kind = "for development only" if new["develop"] else "of another index"
        effects.unused[unit.name] = f"adds a package {kind}"
        return
    for alternative in unit.match:
        together = _beside(alternative)
        meant = _meant(unit, together, effects, settings, loosely=_loosely(together, settings))
        specifiers = _specifiers(meant)
        if len(meant) != len(together):
            continue
        if len(together) == 1:
            line = f"{new['name']}{new['locked_version']}"
            effects.additions.setdefault(meant[0].get("name", ""), []).append((_plain(meant[0]), line, why))
        elif "" in specifiers or new["name"] in specifiers or len(specifiers) == 1:
            effects.unused[unit.name] = "adds a package beside any other, or beside itself"
        else:
            _add_clause(RuleClause(specifiers, why, needed=(new["name"], new["locked_version"])), effects)


def _stride(unit: Unit, why: Verdict, effects: Effects, settings: EffectSettings) -> None:
    for alternative in unit.match if _rejects(unit) else ():
        resolved = (alternative.get("state") or {}).get("resolved_dependencies") or []
        meant = _meant(unit, resolved, effects, settings, loosely=_loosely(resolved, settings))
        if len(meant) == len(resolved):
            effects.strides.append(Stride([*map(_plain, meant)], why))


def _meant(
    unit: Unit, packages: list[Mapping[str, Any]], effects: Effects, settings: EffectSettings, *, loosely: bool
) -> list[Mapping[str, Any]]:
    """Those that a solution can hold: none for development only, and none of an index that is not asked."""
    found = []
    for package in packages:
        problem = "packages for development only"
        if not package.get("develop"):
            problem = _index_problem(package, settings, loosely=loosely)
        if problem:
            effects.unused[unit.name] = f"is about {problem}"
        else:
            found.append(package)
    return found


def _loosely(together: list[Mapping[str, Any]], settings: EffectSettings) -> bool:
    """Whether packages may be of any of several indexes.

    Of a single one the solver is told which versions are meant; in a combination a version counts wherever it comes
    from, unless the rule excludes an index or is read strictly.
    """
    negated = any(isinstance(package.get("index_url"), dict) for package in together)
    return len(together) == 1 or (settings.mode == "intent" and not negated)


def _index_problem(package: Mapping[str, Any], settings: EffectSettings, *, loosely: bool) -> str:
    """Why it cannot be told to be of the index that is meant; empty if it is."""
    if "index_url" not in package:
        return ""
    answers = {index_matches(package["index_url"], index, settings.mode) for index in settings.indexes}
    if answers <= {True} or (loosely and True in answers):
        return ""
    return "one of several indexes" if True in answers else "another index"


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
