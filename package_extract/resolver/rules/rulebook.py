"""All rules that are in use, for one image and one question: which of them count, and why the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from package_extract.resolver.rules.conditions import included
from package_extract.resolver.rules.keys import ADVICE, INFO, NEVER, SOLVE, image_gate, system_gate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from package_extract.resolver.rules.environment import Circumstances, Environment
    from package_extract.resolver.rules.index import RuleIndex
    from package_extract.resolver.rules.problem import Problem
    from package_extract.resolver.rules.unit import Unit

__all__ = ["Explanation", "Rulebook"]


class Explanation(NamedTuple):
    """What became of every unit."""

    evaluated: list[str]
    """Names of units whose conditions hold."""
    skipped: dict[str, str]
    """Name -> reason."""
    problems: list[Problem]
    """What could not be loaded."""

    def counts(self) -> dict[str, int]:
        """How many units for each reason, without what is particular to one; the most frequent first."""
        counts: dict[str, int] = {"conditions hold": len(self.evaluated)}
        for reason in self.skipped.values():
            group = reason.partition(":")[0]
            counts[group] = counts.get(group, 0) + 1
        counts["cannot be loaded"] = len({(problem.file, problem.unit) for problem in self.problems})
        return dict(sorted(counts.items(), key=lambda each: -each[1]))


class Rulebook(Struct, eq=False):
    """Indexes of rules, seen from one environment."""

    indexes: Sequence[RuleIndex]
    environment: Environment
    circumstances: Circumstances
    info: bool = False
    """Ask those units too that only tell facts."""
    disabled: frozenset[str] = frozenset()
    """Names of units that are switched off, with or without the name of their collection."""
    _asked: dict[str, str | None] = field(default_factory=dict)
    """Unit -> why it does not count, None if it does."""

    def solve_units(self) -> list[Unit]:
        """Units that count and can change what is chosen."""
        return self._counting(unit for index in self.indexes for unit in index.all_units(SOLVE, self.gates()))

    def advice_units(self, packages: Collection[str]) -> list[Unit]:
        """Units that count and have something to say about packages, or about the image."""
        phases = (ADVICE, INFO) if self.info else (ADVICE,)
        names = {*packages, ""}
        return self._counting(unit for index in self.indexes for unit in index.units(names, phases, self.gates()))

    def gates(self) -> list[str]:
        """The conditions of the index that can hold."""
        images = {image_gate(image) for image in self.environment.images}
        systems = {system_gate(name) for name, _ in self.environment.systems}
        return sorted({"", image_gate(None), *images, *systems})

    def explain(self, *, advice: bool = True) -> Explanation:
        """What became of every unit, once everything was asked; `advice` tells whether `advice_units` was."""
        skipped = {name: reason for name, reason in self._asked.items() if reason is not None}
        evaluated = [name for name, reason in self._asked.items() if reason is None]
        gates = set(self.gates())
        for index in self.indexes:
            for name, phase, gate in index.names_by():
                if name not in self._asked:
                    skipped[name] = self._not_asked(phase, gate, gates, advice=advice)
        return Explanation(evaluated, skipped, [problem for index in self.indexes for problem in index.problems()])

    def _not_asked(self, phase: int, gate: str, gates: set[str], *, advice: bool) -> str:
        if gate == NEVER:
            return "enabled for no pipeline"
        if gate not in gates:
            return f"for another {'image' if gate.startswith('image') else 'operating system'}"
        if phase != SOLVE and not advice:
            return "only says something, which `advise` tells"
        if phase == INFO and not self.info:
            return "only tells a fact, and those were not asked for"
        return "about packages that are not in the solution"

    def _counting(self, units: Iterable[Unit]) -> list[Unit]:
        wanted = []
        for unit in units:
            if self.disabled & {unit.name, unit.name.partition(".")[2]}:
                self._asked[unit.name] = "switched off"
            else:
                wanted.append(unit)
        counting, reasons = included(wanted, self.environment, self.circumstances)
        self._asked.update(reasons)
        self._asked.update(dict.fromkeys(unit.name for unit in counting))
        return counting
