"""What rules say of packages beside each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.resolver.errors import NoSolution
from package_extract.resolver.policy import Policy
from package_extract.resolver.rules.effects import EffectSettings
from package_extract.resolver.rules_protocol import NoRules, RuleClause, Verdict
from tests.package_extract.resolver.memory_source import MemorySource, distribution, pins, solve, target
from tests.package_extract.resolver.rules.writing import rules, unit


def pair(name, score, first, second, kind="resolved_dependencies"):
    return unit(
        name, "step", run=f"score: {score}\nstack_info: [{{type: INFO, message: 'said {score}'}}]",
        match=f"package_version: {{{first}}}\nstate: {{{kind}: [{{{second}}}]}}",
    )  # fmt: skip


PAIRS = {"a 1": [], "a 2": [], "b 1": [], "b 2": []}


def test_a_pair_that_is_avoided_where_others_fit(tmp_path):
    book = rules(tmp_path, pair("P", -0.5, "name: a, version: ==2", "name: b, version: ==2"))
    answer = solve(PAIRS, "a", "b", rules=book)
    assert answer.pins == {"a": "2", "b": "1"}
    (newer,) = answer.environment.pins[1].not_chosen
    assert (newer.reason, newer.explanation, newer.rule, newer.versions) == (
        "preference", "said -0.5", "rules.P", ("2",),
    )  # fmt: skip
    assert pins(PAIRS, "a>1", "b>1", rules=book) == {"a": "2", "b": "2"}
    assert pins(PAIRS, "a", rules=book) == {"a": "2"}


def test_a_pair_that_is_preferred_where_it_fits(tmp_path):
    book = rules(tmp_path, pair("P", 0.5, "name: a, version: ==1", "name: b, version: ==1"))
    answer = solve(PAIRS, "a", "b", rules=book)
    assert answer.pins == {"a": "1", "b": "1"}
    assert {pin.not_chosen[0].reason for pin in answer.environment.pins} == {"preference"}
    assert pins(PAIRS, "a", "b>1", rules=book) == {"a": "2", "b": "2"}
    assert pins(PAIRS, "a", rules=book) == {"a": "2"}


def test_the_weaker_of_two_preferences_is_given_up(tmp_path):
    units = [
        pair("Weak", 0.2, "name: a, version: ==2", "name: b, version: ==1"),
        pair("Strong", 0.9, "name: a, version: ==1", "name: b, version: ==2"),
    ]
    for order in (units, units[::-1]):
        assert pins(PAIRS, "a", "b", rules=rules(tmp_path, *order)) == {"a": "1", "b": "2"}


def test_scores_of_groups_and_of_what_brings_a_package(tmp_path):
    group = unit(
        "G", "step.Group", run="score: -1",
        match="group: [{package_version: {name: a, version: ==2}}, {package_version: {name: b}}, {package_version: {name: c}}]",
    )  # fmt: skip
    releases = PAIRS | {"c 1": []}
    assert pins(releases, "b", "c", "a", rules=rules(tmp_path, group)) == {"a": "1", "b": "2", "c": "1"}
    assert pins(releases, "b", "a", rules=rules(tmp_path, group)) == {"a": "2", "b": "2"}
    brought = pair("B", -1, "name: a, version: ==2", "name: d", kind="package_version_from")
    assert pins({"d 1": ["a"], "a 1": [], "a 2": []}, "d", rules=rules(tmp_path, brought)) == {"a": "1", "d": "1"}


def test_preferences_do_not_make_a_problem_impossible(tmp_path):
    units = [pair(f"P{n}", (-1) ** n * 0.3, "name: a", f"name: b, version: '!={n}'") for n in range(5)]
    assert pins(PAIRS, "a", "b", rules=rules(tmp_path, *units))["a"] == "2"


NEW = "package_version: {name: c, locked_version: ==1, index_url: 'https://pypi.org/simple', develop: false}"


def test_a_package_that_is_added_beside_others(tmp_path):
    releases = PAIRS | {"c 1": [], "c 2": []}
    add = unit("A", "step.AddPackage", run=NEW,
               match="package_version: {name: a, version: ==2}\nstate: {resolved_dependencies: [{name: b, version: ==2}]}")  # fmt: skip
    book = rules(tmp_path, add)
    assert pins(releases, "a", "b", rules=book) == {"a": "2", "b": "2", "c": "1"}
    assert pins(releases, "b", "a", rules=book) == {"a": "2", "b": "2", "c": "1"}
    assert pins(releases, "a", "b<2", rules=book) == {"a": "2", "b": "1"}
    assert pins(releases, "a", rules=book) == {"a": "2"}
    assert pins(releases, "c>1", "a", "b", rules=book) == {"a": "2", "b": "1", "c": "2"}
    assert pins(PAIRS, "a", "b", rules=book) == {"a": "2", "b": "2"}


@pytest.mark.parametrize(
    ("run", "match", "reason"),
    [
        (NEW.replace("false", "true"), "package_version: {name: a}", "adds a package for development only"),
        (NEW.replace("pypi.org", "other.test"), "package_version: {name: a}", "adds a package of another index"),
        (NEW, "package_version: {version: ==1}\nstate: {resolved_dependencies: [{name: b}]}", "adds a package beside any other"),
    ],
)  # fmt: skip
def test_additions_that_are_not_made(tmp_path, run, match, reason):
    settings = EffectSettings(indexes=("https://pypi.org/simple",))
    book = rules(tmp_path, unit("A", "step.AddPackage", match=match, run=run), settings=settings)
    assert pins(PAIRS | {"c 1": []}, "a", "b", rules=book) == {"a": "2", "b": "2"}
    assert book.effects[""].unused["rules.A"].startswith(reason)


def test_any_package_beside_another(tmp_path):
    any_one = unit("X", "step", run="not_acceptable: x",
                   match="package_version: {version: ==2}\nstate: {resolved_dependencies: [{name: b, version: ==2}]}")  # fmt: skip
    book = rules(tmp_path, any_one)
    found = pins(PAIRS, "a", "b", rules=book)
    assert found in ({"a": "1", "b": "2"}, {"a": "2", "b": "1"})
    assert pins(PAIRS, "a<2", "b", rules=book) == {"a": "1", "b": "2"}
    assert not book.effects[""].unused


class SlowSource(MemorySource):
    """Pages that come only if somebody sends for them."""

    def __init__(self, releases):
        super().__init__(releases)
        self.sent_for = set()

    def prefetch(self, names):
        self.sent_for.update(names)

    def ready(self, name):
        return name in self.sent_for


def test_a_page_that_only_a_rule_names_is_sent_for(tmp_path):
    book = rules(
        tmp_path,
        unit("X", "step", run="not_acceptable: x",
             match="package_version: {name: a, version: ==2}\nstate: {resolved_dependencies: [{name: b, version: ==1}]}"),
    )  # fmt: skip
    releases = {"a 1": [], "a 2": [], "b 1": [], "b 2": []}
    assert pins(SlowSource(releases), "a", image=target(distribution("b 1")), rules=book) == {"a": "2", "b": "2"}
    assert pins(SlowSource(releases), "a", image=target(distribution("b 2")), rules=book) == {"a": "2"}


class Preferring(NoRules):
    """Some preferences."""

    def __init__(self, clauses):
        self.found = clauses

    def clauses(self, name, label):
        return [clause for clause in self.found if name in clause.together]


NAMES = st.sampled_from("abc")
SPECIFIERS = st.sampled_from(["", "==1", "==2", ">1", "<3", "!=2"])
NEEDS = st.lists(st.builds("{}{}".format, NAMES, SPECIFIERS), max_size=2)
SCORES = st.sampled_from([-1.0, -0.5, 0.25, 1.0])


@given(
    st.fixed_dictionaries({f"{name} {version}": NEEDS for name in "abc" for version in (1, 2, 3)}),
    st.lists(st.builds("{}{}".format, NAMES, SPECIFIERS), min_size=1, max_size=3),
    st.lists(st.tuples(st.dictionaries(NAMES, SPECIFIERS, min_size=2), SCORES), max_size=4),
)
def test_preferences_never_make_a_solution_impossible_or_wrong(releases, asked, preferences):
    releases = {title: [each for each in needs if each[0] != title[0]] for title, needs in releases.items()}
    clauses = [RuleClause(pair, Verdict(f"rule {n}", ""), score) for n, (pair, score) in enumerate(preferences)]
    try:
        pins(releases, *asked)
    except NoSolution:
        with pytest.raises(NoSolution):
            pins(releases, *asked, rules=Preferring(clauses))
    else:
        found = pins(releases, *asked, rules=Preferring(clauses))
        assert pins(releases, *asked, *(f"{name}=={version}" for name, version in found.items())) == found


@pytest.mark.parametrize(("score", "first", "second"), [(-1, "==2", "==1"), (1, "==1", "==2"), (1, "==2", "==2")])
def test_no_preference_changes_what_the_image_has(tmp_path, score, first, second):
    book = rules(tmp_path, pair("P", score, f"name: a, version: {first}", f"name: b, version: {second}"))
    there = target(distribution("b 1"))
    found = pins(PAIRS, "a", "b", image=there, rules=book)
    assert found == {"a": "1" if score < 0 else "2", "b": "1"}
    assert pins(PAIRS, "b", "a", image=there, rules=book) == found
    latest = Policy(installed="latest", verify_budget=0)
    assert pins(PAIRS, "a", "b", image=there, rules=book, policy=latest)["b"] == "2"
