"""Whether a unit counts: `should_include`, evaluated once from the environment and what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.resolver.rules.image_findings import is_image_finding, why_not_this_image
from package_extract.resolver.rules.surroundings import why_not_here

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.resolver.rules.environment import Circumstances, Environment
    from package_extract.resolver.rules.unit import Unit

__all__ = ["included", "why_not"]


def included(
    units: Iterable[Unit], environment: Environment, circumstances: Circumstances
) -> tuple[list[Unit], dict[str, str]]:
    """The units that count, in their order, and for each other one the reason.

    A unit that depends on others counts when those do; units that wait for each other never do.
    """
    candidates: list[Unit] = []
    reasons: dict[str, str] = {}
    for unit in units:
        reason = why_not(unit, environment, circumstances)
        if reason is None:
            candidates.append(unit)
        else:
            reasons[unit.name] = reason
    settled = {unit.name for unit in candidates if not _needs(unit)}
    if len(settled) < len(candidates):
        _settle([unit for unit in candidates if unit.name not in settled], settled)
    for unit in candidates:
        if unit.name not in settled:
            lacking = [name for name in _needs(unit) if name not in settled]
            reasons[unit.name] = f"dependencies: {', '.join(lacking)} is not included"
    return [unit for unit in candidates if unit.name in settled], reasons


def why_not(unit: Unit, environment: Environment, circumstances: Circumstances) -> str | None:
    """The first condition of a unit that does not hold, or None. Dependencies on other units are not looked at."""
    if unit.type == "wrap.GHReleaseNotes":
        return None
    include = unit.should_include
    reason = _why_not_asked(include, circumstances)
    if reason is None and (surroundings := include.get("runtime_environments")):
        reason = why_not_here(surroundings, environment, circumstances.mode)
        if reason is None and circumstances.mode == "intent" and is_image_finding(unit):
            reason = why_not_this_image(unit, environment)
    return reason


def _why_not_asked(include: Mapping[str, Any], circumstances: Circumstances) -> str | None:
    if include.get("times", 1) <= 0:
        return "times: switched off"
    if not _is_enabled(include, circumstances):
        return f"{circumstances.pipeline}_pipeline: not enabled"
    if len(include) == 1:
        return None
    for key, value in (
        ("recommendation_types", circumstances.recommendation_type),
        ("decision_types", circumstances.decision_type),
    ):
        if value is not None and key in include and not _is_among(value, include[key]):
            return f"{key}: not {value}"
    if "authenticated" in include and include["authenticated"] is not circumstances.authenticated:
        return f"authenticated: not {str(include['authenticated']).lower()}"
    labels = include.get("labels")
    if labels and not any(circumstances.labels.get(key) == value for key, value in labels.items()):
        return "labels: none of them is given"
    usage = include.get("library_usage")
    if usage and not _uses(usage, circumstances):
        return "library_usage: not used"
    return None


def _is_enabled(include: Mapping[str, Any], circumstances: Circumstances) -> bool:
    """Whether the unit is enabled for the pipeline; what advises on one stack does on many, unless read strictly."""
    if circumstances.mode == "intent" and circumstances.pipeline == "dependency_monkey":
        return bool(include.get("adviser_pipeline") or include.get("dependency_monkey_pipeline"))
    return bool(include.get(f"{circumstances.pipeline}_pipeline"))


def _is_among(value: Any, condition: Any) -> bool:
    if isinstance(condition, dict):
        return value not in condition["not"]
    return value in condition


def _uses(expected: Mapping[str, list[str]], circumstances: Circumstances) -> bool:
    """Whether every library is used in one of the ways that are listed for it."""
    used: Mapping[str, Any] = circumstances.library_usage
    strict = circumstances.mode == "strict"
    if not strict and isinstance(report := used.get("report"), dict):
        used = report
    for library, wanted in expected.items():
        names = used.get(library)
        if not isinstance(names, list | tuple | dict) or not names:
            return False
        compared = [*names][:1] if strict else [*names]
        if not any(_is_named(str(name), symbol) for symbol in wanted for name in compared):
            return False
    return True


def _is_named(name: str, symbol: str) -> bool:
    return name.startswith(symbol[:-1]) if symbol.endswith("*") else name == symbol


def _needs(unit: Unit) -> list[str]:
    dependencies = unit.should_include.get("dependencies") or {}
    return [name for names in dependencies.values() for name in names]


def _settle(waiting: list[Unit], settled: set[str]) -> None:
    while ready := [unit for unit in waiting if settled.issuperset(_needs(unit))]:
        settled.update(unit.name for unit in ready)
        waiting = [unit for unit in waiting if unit.name not in settled]
