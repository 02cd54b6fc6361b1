"""What is wrong with rules that can be loaded: rules that never apply, apply too widely or say something malformed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from package_extract.resolver.rules.lint_checks import FILE_CHECKS, UNIT_CHECKS
from package_extract.resolver.rules.loading import load_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from package_extract.resolver.rules.unit import Unit

__all__ = ["Finding", "lint", "lint_units"]


class Finding(NamedTuple):
    """One thing that should be put right."""

    file: str
    line: int
    unit: str | None
    code: str
    severity: Literal["error", "warning", "info"]
    """An error for what cannot be used or never does what it says; a warning for what is hardly meant; information for
    what has grown old or is read differently by Thoth's own code."""
    message: str

    def __str__(self) -> str:
        unit = f" {self.unit}:" if self.unit else ""
        return f"{self.file}:{self.line}: {self.severity} [{self.code}]{unit} {self.message}"


def lint(paths: Iterable[Path]) -> Iterator[Finding]:
    """All findings in directories and single files, file by file. Raises `NoSuchRules`."""
    places: dict[str, tuple[str, int]] = {}
    wanted: dict[str, tuple[str, ...]] = {}
    for loaded in load_files(paths):
        for problem in loaded.problems:
            message = f"{problem.key}: {problem.message}" if problem.key else problem.message
            yield Finding(problem.file, problem.line, problem.unit, problem.code, problem.severity, message)
        yield from lint_units(loaded.units)
        for unit in loaded.units:
            first = places.setdefault(unit.name, (unit.file, unit.line))
            if first != (unit.file, unit.line):
                message = f"has the name of the unit at {first[0]}:{first[1]}, which is used"
                yield Finding(unit.file, unit.line, unit.name, "duplicate-name", "error", message)
            if needs := _needs(unit):
                wanted[unit.name] = needs
    yield from _dependencies(places, wanted)


def lint_units(units: list[Unit]) -> Iterator[Finding]:
    """Findings in the units of one file."""
    for unit in units:
        for check in UNIT_CHECKS:
            for code, severity, message in check(unit):
                yield Finding(unit.file, unit.line, unit.name, code, severity, message)
    for file_check in FILE_CHECKS:
        for unit, (code, severity, message) in file_check(units):
            yield Finding(unit.file, unit.line, unit.name, code, severity, message)


def _needs(unit: Unit) -> tuple[str, ...]:
    named = unit.should_include.get("dependencies") or {}
    return tuple(name for names in named.values() for name in names)


def _dependencies(places: dict[str, tuple[str, int]], wanted: dict[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Units that wait for one that is not there, or for each other."""
    for name, needs in wanted.items():
        for need in needs:
            if need not in places:
                yield Finding(*places[name], name, "unknown-unit", "error", f"depends on {need}, which is not there")
    settled = {name for name in places if name not in wanted}
    waiting = dict(wanted)
    while ready := [name for name, needs in waiting.items() if all(n in settled or n not in places for n in needs)]:
        settled.update(ready)
        for name in ready:
            del waiting[name]
    for name in waiting:
        yield Finding(
            *places[name], name, "cycle", "error", "waits for a unit that waits for it: neither is ever included"
        )
