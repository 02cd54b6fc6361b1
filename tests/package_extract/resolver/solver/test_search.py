"""The search against trying everything, over small random universes."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from package_extract.resolver.solver.search import Domain, DomainLink, Solver, Unsatisfiable

NAMES = "abcdef"


class TableUniverse:
    """`tables[name][value]` lists the dependencies of a value as (name, mask)."""

    def __init__(self, tables, restricted=(), links=()):
        self.tables = tables
        self.restricted = dict(restricted)
        self.links = dict(links)

    def domain(self, name):
        restrictions = [(self.restricted[name], f"restriction of {name}")] if name in self.restricted else []
        links = [DomainLink(self.links[name], lambda mask: mask, True, "link")] if name in self.links else []
        return Domain(len(self.tables[name]), restrictions, links)

    def best(self, name, values):
        return (values & ((1 << len(self.tables[name])) - 1)).bit_length() - 1

    def implied(self, name, value):
        for other, mask in self.tables[name][value]:
            yield [(other, mask)], (name, value, other, mask)

    def allows(self, chosen):
        """Whether a whole assignment (None for absent) keeps every rule."""
        for name, value in chosen.items():
            if value is None:
                continue
            if not self.restricted.get(name, -1) >> value & 1:
                return False
            if name in self.links and chosen[self.links[name]] != value:
                return False
            for other, mask in self.tables[name][value]:
                if chosen[other] is None or not mask >> chosen[other] & 1:
                    return False
        return True

    def solutions(self, roots):
        domains = [[None, *range(len(self.tables[name]))] for name in self.tables]
        for values in product(*domains):
            chosen = dict(zip(self.tables, values, strict=True))
            wanted = all(chosen[name] is not None and mask >> chosen[name] & 1 for name, mask in roots)
            if wanted and self.allows(chosen):
                yield chosen


@st.composite
def universes(draw):
    count = draw(st.integers(2, 5))
    names = NAMES[:count]
    sizes = {name: draw(st.integers(1, 3)) for name in names}
    masks = {name: st.integers(0, (1 << size) - 1) for name, size in sizes.items()}
    dependency = st.sampled_from(names).flatmap(lambda name: st.tuples(st.just(name), masks[name]))
    tables = {name: [draw(st.lists(dependency, max_size=3)) for _ in range(size)] for name, size in sizes.items()}
    restricted = {name: draw(masks[name]) for name in names if draw(st.integers(0, 4)) == 0}
    links = {}
    if sizes["a"] == sizes["b"] and draw(st.booleans()):
        links["b"] = "a"
    roots = draw(st.lists(dependency, min_size=1, max_size=3))
    return TableUniverse(tables, restricted, links), roots


def search(universe, roots):
    solver = Solver(universe)
    for name, mask in roots:
        solver.require([(name, mask)], ("root", name, mask))
    return solver.solve()


@given(universes())
@settings(max_examples=600, deadline=None)
def test_it_finds_a_valid_answer_whenever_there_is_one(case):
    universe, roots = case
    possible = next(universe.solutions(roots), None)
    try:
        found = search(universe, roots)
    except Unsatisfiable as error:
        assert possible is None
        assert_core_is_impossible(universe, error.core)
    else:
        assert possible is not None
        assert universe.allows({name: found.get(name) for name in universe.tables})
        assert all(mask >> found[name] & 1 for name, mask in roots)
        assert search(universe, roots) == found


def assert_core_is_impossible(universe, core):
    """What the core names cannot hold together: roots, restrictions and dependencies that it does not name left out."""
    causes = [given.cause for given in core]
    roots = [cause[1:] for cause in causes if cause[0] == "root"]
    named = {literal for given in core for literal in given.literals}
    assert roots or not named
    rest = {name: mask for name, mask in universe.restricted.items() if f"restriction of {name}" in causes}
    tables = {name: [[] for _ in values] for name, values in universe.tables.items()}
    for given_clause in core:
        if not isinstance(given_clause.cause, tuple) or given_clause.cause[0] == "root":
            continue
        name, _, other, mask = given_clause.cause
        mine = dict(given_clause.literals)[name]
        for value in range(len(tables[name])):
            if not mine >> value & 1:
                tables[name][value].append((other, mask))
    smaller = TableUniverse(tables, rest, universe.links)
    assert next(smaller.solutions(roots), None) is None


def test_the_first_choice_is_taken_where_nothing_speaks_against_it():
    universe = TableUniverse({"a": [[], [("b", 0b01)]], "b": [[], []]})
    assert search(universe, [("a", 0b11)]) == {"a": 1, "b": 0}


def test_a_package_that_nothing_needs_is_left_out():
    universe = TableUniverse({"a": [[], []], "b": [[]]})
    assert search(universe, [("a", 0b11)]) == {"a": 1}


def test_values_that_ask_for_the_same_are_excluded_together():
    versions = 200
    universe = TableUniverse(
        {"a": [[("b", 0b01)] for _ in range(versions)], "b": [[("c", 0b01)], []], "c": [[], []]},
    )
    solver = Solver(universe)
    solver.require([("a", (1 << versions) - 1)], "a")
    solver.require([("c", 0b10)], "c")
    with pytest.raises(Unsatisfiable):
        solver.solve()
    assert solver.conflicts <= versions
