"""Under which keys the index lists a unit: the package it is about, the moment it is asked, and a condition.

A look-up has to find every unit that could count; it may find some that do not, because each is evaluated afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.resolver.rules.unit import Unit

__all__ = ["ADVICE", "INFO", "NEVER", "SOLVE", "Key", "gates", "image_gate", "keys_of", "phase_of", "system_gate"]

SOLVE = 1
"""The unit can change which packages are chosen, or forbid everything."""
ADVICE = 2
"""The unit says something that people should know."""
INFO = 3
"""The unit tells a fact about a package, good or bad: most of all units do nothing else."""
NEVER = "never"
"""The condition of a unit that no pipeline includes."""


class Key(NamedTuple):
    """One row of the index."""

    package: str
    """Normalized name; "" for a unit that may count whatever packages there are."""
    phase: int
    gate: str
    """"" for none, or as `image_gate` and `system_gate` make it."""


def keys_of(unit: Unit) -> Iterator[Key]:
    """All keys of a unit."""
    phase = phase_of(unit)
    for package in sorted(unit.packages()):
        for gate in gates(unit):
            yield Key(package, phase, gate)


def phase_of(unit: Unit) -> int:
    """When the unit is asked."""
    if unit.kind in ("pseudonyms", "sieves", "steps", "strides"):
        return SOLVE
    if unit.kind == "boots" and ("not_acceptable" in unit.run or "eager_stop_pipeline" in unit.run):
        return SOLVE
    if unit.type == "wrap.GHReleaseNotes":
        return INFO
    warns = any(text["type"] != "INFO" for text in unit.texts())
    about_a_package = unit.kind == "boots" and unit.packages() != {""}
    return ADVICE if warns or about_a_package or unit.run.get("advised_manifest_changes") else INFO


def gates(unit: Unit) -> list[str]:
    """The conditions of which one has to hold; [""] if none can be told beforehand."""
    include = unit.should_include
    if unit.type == "wrap.GHReleaseNotes":
        return [""]
    pipelines = include.get("adviser_pipeline") or include.get("dependency_monkey_pipeline")
    if include.get("times", 1) <= 0 or not pipelines:
        return [NEVER]
    surroundings = include.get("runtime_environments") or {}
    images = surroundings.get("base_images")
    if isinstance(images, list) and images:
        return sorted({image_gate(image) for image in images})
    systems = surroundings.get("operating_systems")
    if systems and all(system.get("name") for system in systems):
        return sorted({system_gate(system["name"]) for system in systems})
    return [""]


def image_gate(reference: str | None) -> str:
    """The last part of an image's name: equal for all references that could mean the same image.

    >>> image_gate("registry.example:5000/team/base:1.2"), image_gate("base@sha256:00"), image_gate(None)
    ('image:base', 'image:base', 'image:')
    """
    return "image:" + (reference or "").rpartition("/")[2].partition(":")[0].partition("@")[0]


def system_gate(name: str) -> str:
    """The name of an operating system."""
    return "os:" + name.lower()
