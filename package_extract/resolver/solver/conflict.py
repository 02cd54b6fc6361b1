"""From a violated clause to one that says which earlier decision was wrong, or that there is no way out.

https://github.com/dart-lang/pub/blob/master/doc/solver.md#conflict-resolution
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from package_extract.resolver.solver.clauses import Cause, Clause, Variable

if TYPE_CHECKING:
    from package_extract.resolver.solver.clauses import Moment

__all__ = ["Core", "GivenClause", "Learned", "analyse", "given_clauses"]


class Learned(NamedTuple):
    """What follows from a conflict."""

    clause: Clause
    variable: Variable | None
    """The variable that the clause narrows at `level`; None if it is empty and there is no way out."""
    level: int


class GivenClause(NamedTuple):
    """A clause of the universe that plays a part in an impossibility."""

    cause: Cause
    literals: tuple[tuple[str, int], ...]
    """Names and values, the one that implies the others first."""


Core = list[GivenClause]


def analyse(conflict: Clause) -> Learned:
    """Resolve the violated clause with the reasons of its literals, latest first."""
    literals = {literal.variable: literal.values for literal in conflict.literals}
    moments = {variable: variable.falsified_at(values) for variable, values in literals.items()}
    parents = [conflict]
    while True:
        latest = max(moments, key=lambda variable: variable.history[moments[variable]].position, default=None)
        if latest is None:
            return Learned(_clause({}, parents), None, 0)
        moment = latest.history[moments[latest]]
        if moment.level == 0:
            return Learned(_clause(literals, parents), None, 0)
        level = _level_of_others(latest, moments)
        reason = moment.reason
        if reason is None:
            return Learned(_clause(literals, parents), latest, level)
        kept = literals[latest] & reason.values_of(latest)
        earlier = latest.falsified_at(kept)
        level = max(level, latest.history[earlier].level)
        if level < moment.level:
            return Learned(_clause(literals, parents), latest, level)
        parents.append(reason)
        _resolve(literals, moments, latest, reason)


def _level_of_others(latest: Variable, moments: dict[Variable, int]) -> int:
    level = 0
    for variable, index in moments.items():
        if variable is not latest:
            level = max(level, variable.history[index].level)
    return level


def _resolve(literals: dict[Variable, int], moments: dict[Variable, int], latest: Variable, reason: Clause) -> None:
    for literal in reason.literals:
        variable, values = literal.variable, literal.values
        if variable is latest:
            literals[latest] &= values
            moments[latest] = latest.falsified_at(literals[latest])
            continue
        if variable in literals:
            literals[variable] |= values
            moments[variable] = max(moments[variable], variable.falsified_at(values))
        else:
            literals[variable] = values
            moments[variable] = variable.falsified_at(values)


def _clause(literals: dict[Variable, int], parents: list[Clause]) -> Clause:
    """Without the literals that are false whatever is decided: they become premises."""
    undecided: list[tuple[Variable, int]] = []
    premises: list[tuple[Variable, int]] = []
    for variable, values in literals.items():
        moment: Moment = variable.history[variable.falsified_at(values)]
        (undecided if moment.level else premises).append((variable, values))
    return Clause(undecided, None, tuple(parents), tuple(premises))


def given_clauses(clause: Clause) -> Core:
    """The given clauses that a clause follows from, those nearest to it first."""
    seen: dict[int, Clause] = {}
    premises_seen: set[tuple[int, int]] = set()
    clauses, premises = [clause], list[tuple[Variable, int]]()
    while clauses or premises:
        if clauses:
            each = clauses.pop()
            if id(each) not in seen:
                seen[id(each)] = each
                clauses.extend(each.parents)
                premises.extend(each.premises)
            continue
        variable, values = premises.pop()
        if (id(variable), values) in premises_seen:
            continue
        premises_seen.add((id(variable), values))
        reason = variable.history[variable.falsified_at(values)].reason
        if reason is not None:
            clauses.append(reason)
            for literal in reason.literals:
                left = values & literal.values if literal.variable is variable else literal.values
                premises.append((literal.variable, left))
    return [_given(each) for each in seen.values() if each.cause is not None]


def _given(clause: Clause) -> GivenClause:
    return GivenClause(clause.cause, tuple((literal.variable.name, literal.values) for literal in clause.literals))
