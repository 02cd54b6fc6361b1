"""Conflict-driven clause learning over finite domains, with packages loaded as they are met.

The algorithm is PubGrub's (https://github.com/dart-lang/pub/blob/master/doc/solver.md) with version ranges replaced by
sets of values, which makes its rules the ordinary ones of resolution: a clause with one literal left narrows a domain;
a clause with none is resolved with the reasons of its literals until it tells something about an earlier decision;
that clause is kept, and the search goes back to where it first says something.

It ends, because each learned clause excludes what was tried, and it is complete: it gives up only when the empty clause
follows from what was given, and then says from what. Nothing depends on time or on the order in which answers arrive.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple, Protocol

from package_extract.resolver.solver.clauses import Cause, Clause, Link, Moment, Variable
from package_extract.resolver.solver.conflict import Core, analyse, given_clauses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Domain", "DomainLink", "Solver", "Universe", "Unsatisfiable"]

RESTLESS = 5
"""Conflicts after which a variable is decided before those that are at rest."""
TIDY_EVERY = 32
"""Conflicts after which clauses that can say nothing any more are put aside."""


class DomainLink(NamedTuple):
    """A link as the universe states it: both ways with the same image, and `required` in this direction only."""

    name: str
    image: Callable[[int], int]
    required: bool
    cause: Cause


class Domain(NamedTuple):
    """What the universe says of a variable when it is first met."""

    size: int
    """How many values there are, without "absent"."""
    restrictions: Sequence[tuple[int, Cause]] = ()
    """Values that are possible at all, each time with the cause."""
    links: Sequence[DomainLink] = ()


class Universe(Protocol):
    """What there is to choose from. Every answer has to stay the same during a search."""

    def domain(self, name: str) -> Domain:
        """The values of a variable."""

    def best(self, name: str, values: int) -> int:
        """The position of the value to try first, of at least one."""

    def implied(self, name: str, value: int) -> Iterable[tuple[Sequence[tuple[str, int | None]], Cause]]:
        """What a value brings with it: alternatives of which one must be true if the variable has the value.

        An empty sequence of alternatives forbids the value. None stands for "absent".
        """


class Unsatisfiable(Exception):
    """Nothing satisfies the clauses that were given."""

    def __init__(self, core: Core) -> None:
        super().__init__("no assignment satisfies all clauses")
        self.core = core
        """Given clauses that cannot hold together; not always a smallest set."""


class Solver:
    """One search. Add what is required, then `solve`."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._variables: dict[str, Variable] = {}
        self._in_order: list[Variable] = []
        self._trail: list[Variable] = []
        self._levels: list[int] = []
        self._queue: list[Variable] = []
        self._heap: list[tuple[int, int]] = []
        self._broken: Clause | None = None
        self._tidy_at = TIDY_EVERY
        self.decisions = 0
        self.conflicts = 0

    def require(self, alternatives: Sequence[tuple[str, int | None]], cause: Cause) -> None:
        """Add a clause: at least one of the variables has one of the values; None stands for "absent"."""
        clause = Clause([self._literal(name, values) for name, values in alternatives], cause)
        self._attach(clause)
        if self._broken is None:
            self._broken = self._examine(clause)

    def solve(self) -> dict[str, int]:
        """The value of every variable that has to be present.

        Raises `Unsatisfiable`, and whatever the universe raises.
        """
        conflict: Clause | None = self._broken or self._propagate()
        while True:
            while conflict:
                conflict = self._learn(conflict) or self._propagate()
            variable = self._next()
            if variable is None:
                return {each.name: each.domain.bit_length() - 1 for each in self._in_order if each.decided}
            conflict = self._decide(variable) or self._propagate()

    def _variable(self, name: str) -> Variable:
        variable = self._variables.get(name)
        if variable is None:
            domain = self._universe.domain(name)
            variable = self._variables[name] = Variable(name, domain.size, len(self._in_order))
            self._in_order.append(variable)
            for values, cause in domain.restrictions:
                clause = Clause([(variable, values | variable.absent)], cause)
                variable.domain &= values | variable.absent
                variable.history.append(Moment(-1, 0, variable.domain, clause))
            for link in domain.links:
                other = self._variable(link.name)
                variable.links.append(Link(other, link.image, link.required, link.cause))
                other.links.append(Link(variable, link.image, required=False, cause=link.cause))
                self._enqueue(other)
        return variable

    def _literal(self, name: str, values: int | None) -> tuple[Variable, int]:
        variable = self._variable(name)
        return variable, variable.absent if values is None else values

    def _attach(self, clause: Clause) -> None:
        for literal in clause.literals:
            literal.variable.literals.append(literal)

    def _enqueue(self, variable: Variable) -> None:
        if not variable.queued:
            variable.queued = True
            self._queue.append(variable)

    def _narrow(self, variable: Variable, values: int, reason: Clause | None) -> None:
        """Confine a variable to some of its values; some are left."""
        domain = variable.domain & values
        if domain == variable.domain and reason:
            return
        variable.history.append(Moment(len(self._trail), len(self._levels), domain, reason))
        variable.domain = domain
        self._trail.append(variable)
        self._enqueue(variable)
        self._offer(variable)

    def _offer(self, variable: Variable) -> None:
        """Put a variable that has to be present among those to be decided."""
        if not variable.decided and not variable.domain & variable.absent:
            heappush(self._heap, (self._urgency(variable), variable.order))

    def _urgency(self, variable: Variable) -> int:
        domain = variable.domain
        if not domain & (domain - 1):
            return 0
        return 1 if variable.conflicts >= RESTLESS else 2

    def _next(self) -> Variable | None:
        heap = self._heap
        while heap:
            urgency, order = heappop(heap)
            variable = self._in_order[order]
            undecided = not variable.decided and not variable.domain & variable.absent
            if undecided and self._urgency(variable) <= urgency:
                return variable
        return None

    def _decide(self, variable: Variable) -> Clause | None:
        """Try the best value, unless what it brings with it excludes it at once; a conflict is returned."""
        value = self._universe.best(variable.name, variable.domain)
        bit = 1 << value
        for clause in self._implied(variable, value):
            if conflict := self._examine(clause):
                return conflict
        if not variable.domain & bit or variable.domain & variable.absent:
            self._offer(variable)
            return None
        self.decisions += 1
        self._levels.append(len(self._trail))
        variable.decided = True
        self._narrow(variable, bit, None)
        return None

    def _implied(self, variable: Variable, value: int) -> list[Clause]:
        clauses = variable.implied.get(value)
        if clauses is None:
            clauses = []
            for alternatives, cause in self._universe.implied(variable.name, value):
                clauses.append(self._implication(variable, 1 << value, alternatives, cause))
            variable.implied[value] = clauses
        return clauses

    def _implication(
        self, variable: Variable, bit: int, alternatives: Sequence[tuple[str, int | None]], cause: Cause
    ) -> Clause:
        known = [self._literal(name, values) for name, values in alternatives]
        key = getattr(cause, "apart", None), *((other.name, values) for other, values in known)
        clause = variable.merged.get(key)
        if clause:
            clause.literals[0].values &= ~bit
            return clause
        literals = {variable: variable.full & ~bit}
        for other, values in known:
            literals[other] = literals.get(other, 0) | values
        clause = Clause([*literals.items()], cause)
        self._attach(clause)
        if known and all(other is not variable for other, _ in known):
            variable.merged[key] = clause
        return clause

    def _examine(self, clause: Clause) -> Clause | None:
        """Do what the clause says if it has one literal left, return it if it has none."""
        free = None
        for literal in clause.literals:
            if literal.values & literal.variable.domain:
                if free is not None:
                    return None
                free = literal
        if free is None:
            return clause
        self._narrow(free.variable, free.values, clause)
        return None

    def _propagate(self) -> Clause | None:
        """Draw all conclusions from what has changed; a clause that is violated is returned."""
        queue = self._queue
        while queue:
            variable = queue.pop()
            variable.queued = False
            domain = variable.domain
            conflict = None
            for literal in reversed(variable.literals):
                if not literal.values & domain:
                    conflict = self._examine(literal.clause)
                    if conflict:
                        break
            conflict = conflict or self._follow_links(variable)
            if conflict:
                for each in queue:
                    each.queued = False
                queue.clear()
                return conflict
        return None

    def _follow_links(self, variable: Variable) -> Clause | None:
        if variable.domain & variable.absent:
            return None
        for link in variable.links:
            other = link.variable
            values = link.image(variable.domain)
            if not link.required:
                values |= other.absent
            if other.domain & ~values:
                reason = Clause([(variable, variable.full & ~variable.domain), (other, values)], link.cause)
                if not other.domain & values:
                    return reason
                self._narrow(other, values, reason)
        return None

    def _learn(self, conflict: Clause) -> Clause | None:
        """Go back to the first decision that the conflict tells something about, and do what it says there."""
        self.conflicts += 1
        learned = analyse(conflict)
        if learned.variable is None:
            raise Unsatisfiable(given_clauses(learned.clause))
        self._go_back(learned.level)
        clause = learned.clause
        for literal in clause.literals:
            literal.variable.conflicts += 1
        self._attach(clause)
        next_conflict = self._examine(clause)
        if not self._levels and self.conflicts >= self._tidy_at:
            self._tidy_at = self.conflicts + TIDY_EVERY
            self._tidy()
        return next_conflict

    def _tidy(self) -> None:
        """Put clauses aside that hold whatever is decided; called where nothing is decided."""
        for variable in self._in_order:
            variable.literals = [literal for literal in variable.literals if not _holds(literal.clause)]
            variable.merged = {key: clause for key, clause in variable.merged.items() if not _holds(clause)}

    def _go_back(self, level: int) -> None:
        start = self._levels[level]
        del self._levels[level:]
        undone = self._trail[start:]
        del self._trail[start:]
        for variable in reversed(undone):
            moment = variable.history.pop()
            if moment.reason is None:
                variable.decided = False
            variable.domain = variable.history[-1].domain
        for variable in undone:
            self._offer(variable)


def _holds(clause: Clause) -> bool:
    """Whether one of the literals is true already."""
    return any(not literal.variable.domain & ~literal.values for literal in clause.literals)
