"""Variables with finite domains, and clauses over them.

A clause says "at least one of these variables has one of these values". `flask 3.0 needs werkzeug>=3` is the clause
"flask is not 3.0, or werkzeug is one of 3.0.0, 3.0.1, …". One more value of each variable means that it is absent: a
package that nothing needs has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Cause", "Clause", "Link", "Literal", "Moment", "Variable"]

Cause = object
"""Whatever the universe gave with a clause; an unsatisfiable problem is explained in these. Values of a variable that
ask for the same share one clause, with the cause of the first; a cause with an attribute `apart` shares only with those
that are equal in it.
"""


class Literal:
    """One alternative of a clause: the variable has one of the values."""

    __slots__ = ("clause", "values", "variable")

    def __init__(self, variable: Variable, values: int, clause: Clause) -> None:
        self.variable = variable
        self.values = values
        self.clause = clause


class Clause:
    """At least one of the literals is true.

    A clause is either given, then `cause` is not None, or it follows from its `parents` together with `premises`:
    literals that were left out of it because they are false whatever is decided.
    """

    __slots__ = ("cause", "literals", "parents", "premises")

    def __init__(
        self,
        literals: list[tuple[Variable, int]],
        cause: Cause | None,
        parents: tuple[Clause, ...] = (),
        premises: tuple[tuple[Variable, int], ...] = (),
    ) -> None:
        self.literals = [Literal(variable, values, self) for variable, values in literals]
        self.cause = cause
        self.parents = parents
        self.premises = premises

    def values_of(self, variable: Variable) -> int:
        """The values that the clause leaves to a variable of it."""
        for literal in self.literals:
            if literal.variable is variable:
                return literal.values
        return 0


class Moment(NamedTuple):
    """The domain of a variable from one point of the search on."""

    position: int
    """On the trail; -1 for what was known when the variable appeared."""
    level: int
    """How many decisions had been taken."""
    domain: int
    reason: Clause | None
    """The clause that it follows from; None for a decision, and for the whole domain."""


class Link(NamedTuple):
    """While a variable is present, another one is confined to the image of its domain.

    `image` maps values of the one to values of the other; it grows with its argument.
    """

    variable: Variable
    image: Callable[[int], int]
    required: bool
    """Whether the other variable has to be present as well."""
    cause: Cause


class Variable:
    """One variable, its domain and how the domain came about."""

    __slots__ = (
        "absent",
        "conflicts",
        "decided",
        "domain",
        "full",
        "history",
        "implied",
        "links",
        "literals",
        "merged",
        "name",
        "order",
        "queued",
    )

    def __init__(self, name: str, count: int, order: int) -> None:
        """`count` values, 0 … count-1, and then the one that says "absent"."""
        self.name = name
        self.order = order
        self.absent = 1 << count
        self.full = self.domain = (self.absent << 1) - 1
        self.history = [Moment(-1, 0, self.full, None)]
        self.literals: list[Literal] = []
        self.links: list[Link] = []
        self.implied: dict[int, list[Clause]] = {}
        """The clauses that each value brought with it."""
        self.merged: dict[tuple[object, ...], Clause] = {}
        """Those clauses by what they ask for: values that ask for the same share one."""
        self.conflicts = 0
        self.decided = False
        self.queued = False

    def falsified_at(self, values: int) -> int:
        """The first moment of the history at which none of the values was possible any more."""
        for index, moment in enumerate(self.history):
            if not moment.domain & values:
                return index
        raise AssertionError(f"{self.name} can still have one of the values")
