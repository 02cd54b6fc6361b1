"""Many solutions, compared with trying everything."""

from __future__ import annotations

from itertools import islice, product

import pytest

from package_extract.resolver.enumeration import enumerate_stacks, stack_id
from package_extract.resolver.errors import NoSolution
from package_extract.resolver.policy import Policy
from package_extract.resolver.rules_protocol import NoRules, Offer, Verdict
from package_extract.resolver.scope import Scope
from tests.package_extract.resolver.memory_source import MemorySource, request, target

POLICY = Policy(verify_budget=0)
RELEASES = {
    "a 1": ["b"], "a 2": ["b>=2"], "a 3": ["b>=2", "c<2"], "b 1": [], "b 2": ["c"], "b 3": [], "c 1": [], "c 2": [],
}  # fmt: skip


def stacks(*requirements, rules=None, releases=RELEASES, **how):
    scope = Scope(target(), request(*requirements), POLICY)
    return (answer.pins for answer in enumerate_stacks(scope, MemorySource(releases), POLICY, rules, **how))


def frozen(found):
    return {frozenset(pins.items()) for pins in found}


EXPECTED = frozen(
    {"a": str(a), "b": str(b)} | ({"c": str(c)} if c else {})
    for a, b, c in product((1, 2, 3), (1, 2, 3), (0, 1, 2))
    if (c > 0) == (b == 2 or a == 3) and not (a > 1 and b < 2) and not (a == 3 and c > 1)
)


def test_all_solutions_each_once():
    found = list(stacks("a"))
    assert len(found) == len(EXPECTED)
    assert frozen(found) == EXPECTED
    assert found[0] == {"a": "3", "b": "3", "c": "1"}


def test_a_sample_is_without_repetition_and_the_same_for_a_seed():
    found = list(stacks("a", seed=1))
    assert frozen(found) == EXPECTED
    assert len(found) == len(EXPECTED)
    assert list(islice(stacks("a", seed=1), 3)) == found[:3]
    assert any(list(islice(stacks("a", seed=seed), 3)) != found[:3] for seed in range(2, 6))


def test_it_goes_on_where_it_was():
    found = list(stacks("a", seed=7))
    assert list(stacks("a", seed=7, seen=found[:4])) == found[4:]


def test_solutions_that_differ_in_what_was_required():
    assert [pins["a"] for pins in stacks("a", vary="direct")] == ["3", "2", "1"]
    pairs = [(pins["a"], pins["c"]) for pins in stacks("a", "c", vary="direct")]
    assert len(pairs) == len({*pairs}) == 5


def test_rules_count_for_every_solution():
    class NotThree(NoRules):
        def judge(self, pins, needed_by, label):
            return (["a"], Verdict("r", "no")) if pins["a"] == "3" else None

    assert frozen(stacks("a", rules=NotThree())) == {each for each in EXPECTED if ("a", "3") not in each}


def test_none_at_all():
    with pytest.raises(NoSolution):
        list(stacks("a>5"))
    assert list(stacks("a>5", seen=[{"a": "6"}])) == []


def test_names_of_stacks():
    assert stack_id({"a": "1", "b": "2"}) == stack_id({"b": "2", "a": "1"}) != stack_id({"a": "1"})


@pytest.mark.parametrize("vary", ["all", "direct"])
def test_what_is_offered_in_the_place_of_a_package_is_among_the_solutions(vary):
    class Offering(NoRules):
        def offers(self, name, label):
            return (Offer("", "d", "", False, Verdict("r", "as good")),) if name == "a" else ()

    releases = {"a 1": [], "a 2": [], "d 1": [], "d 2": []}
    found = list(stacks("a", rules=Offering(), releases=releases, vary=vary))
    assert found == [{"a": "2"}, {"a": "1"}, {"d": "2"}, {"d": "1"}]
