"""Packages that rules offer in the place of others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from package_extract.resolver.errors import NoSolution, UnknownProject
from package_extract.resolver.policy import Policy
from package_extract.resolver.resolve import resolve
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.rules.effects import EffectSettings
from package_extract.resolver.rules_protocol import NoRules, Offer, Verdict
from package_extract.resolver.scope import Scope
from tests.package_extract.resolver.memory_source import MemorySource, Release, pins, request, solve, target
from tests.package_extract.resolver.rules.writing import rules, unit


def offers(match, give, **others):
    run = f"yield: {{{give}}}\nstack_info: [{{type: INFO, message: as good, link: 'https://example.org/as-good'}}]"
    return unit("Offer", "pseudonym", match=f"package_version: {{{match}}}", run=run, **others)


TAKEN = EffectSettings(alternatives=True)
SAME = "yield_matched_version: true, package_version: {name: b}"
ANY = "package_version: {name: b}"


def offered(tmp_path, releases, *requirements, rule=None, units=(), **how):
    book = rules(tmp_path, rule or offers("name: a", ANY), *units, settings=TAKEN)
    return solve(releases, *requirements, rules=book, **how)


def test_what_is_offered_is_taken_only_on_request_and_only_if_needed(tmp_path):
    broken = {"a 1": ["absent"], "b 1": []}
    with pytest.raises(NoSolution):
        pins(broken, "a", rules=rules(tmp_path, offers("name: a", ANY)))
    answer = offered(tmp_path, broken, "a")
    (pin,) = answer.environment.pins
    assert (pin.name, pin.direct, pin.in_place_of, pin.required_by) == ("b", True, ("a",), ("asked",))
    (why,) = pin.justifications
    assert (why.message, why.rule) == ("it takes the place of a: as good", "rules.Offer")
    assert "b is taken in place of a" in answer.environment.remarks
    assert offered(tmp_path, {"a 1": [], "b 1": []}, "a").pins == {"a": "1"}
    assert offered(tmp_path, {"a 1": [], "b 1": []}, "a", "b").pins == {"a": "1", "b": "1"}


def test_what_is_offered_for_a_package_that_no_index_has(tmp_path):
    assert offered(tmp_path, {"b 1": [], "b 2": []}, "a").pins == {"b": "2"}
    assert offered(tmp_path, {"c 1": ["a"], "b 2": []}, "c").pins == {"b": "2", "c": "1"}
    with pytest.raises(UnknownProject):
        offered(tmp_path, {"c 1": []}, "a")
    assert offered(tmp_path, {"a 1": []}, "a").pins == {"a": "1"}


def test_the_same_version_of_what_is_offered(tmp_path):
    same = offers("name: a, version: <3", SAME)
    releases = {"a 1": ["absent"], "a 2": ["absent"], "a 3": ["absent"], "b 1": [], "b 2.0": [], "b 3": [], "b 4": []}
    answer = offered(tmp_path, releases, "a", rule=same)
    assert answer.pins == {"b": "2.0"}
    assert [(each.versions, each.reason) for each in answer.environment.pins[0].not_chosen] == [
        (("3", "4"), "conflict")
    ]
    assert offered(tmp_path, releases, "a<2", rule=same).pins == {"b": "1"}
    assert offered(tmp_path, releases, "a", "b<2", rule=same).pins == {"b": "1"}
    with pytest.raises(NoSolution):
        offered(tmp_path, releases, "a>2", rule=same)


def test_one_version_of_what_is_offered(tmp_path):
    locked = offers("name: a", "package_version: {name: b, locked_version: ==1}")
    assert offered(tmp_path, {"a 1": ["absent"], "b 1": [], "b 2": []}, "a", rule=locked).pins == {"b": "1"}


def test_all_who_need_the_package_get_what_is_offered(tmp_path):
    releases = {
        "x 1": ["a<3"],
        "y 1": ["a>1"],
        "a 1": [],
        "a 2": ["absent"],
        "a 3": [],
        "b 1": [],
        "b 2": [],
        "b 3": [],
    }
    same = offers("name: a", SAME)
    answer = offered(tmp_path, releases, "x", "y", rule=same)
    assert answer.pins == {"b": "2", "x": "1", "y": "1"}
    asked = {pin.name: (pin.required_by, pin.direct, pin.dependencies) for pin in answer.environment.pins}
    assert asked["b"] == (("x 1 (a<3)", "y 1 (a>1)"), False, ())
    assert asked["x"] == (("asked",), True, ("b",))


def test_a_conflict_of_what_is_offered_goes_back_to_the_package(tmp_path):
    releases = {"a 2": ["c<2"], "a 1": [], "b 1": ["c>2"], "c 1": [], "c 3": []}
    assert offered(tmp_path, releases, "a", "c==3").pins == {"a": "1", "c": "3"}
    assert offered(tmp_path, releases, "a>1", "c==3").pins == {"b": "1", "c": "3"}
    with pytest.raises(NoSolution, match=r"b 1 needs c>2"):
        offered(
            tmp_path,
            releases,
            "a>1",
            "c==1",
            rule=offers("name: a", ANY),
            units=[unit("X", "sieve", match="package_version: {name: a}")],
        )


def test_packages_that_are_offered_for_each_other(tmp_path):
    back = unit("Back", "pseudonym", match="package_version: {name: b}", run="yield: {package_version: {name: a}}")
    assert offered(tmp_path, {"a 1": [], "b 1": ["absent"]}, "a", "b", units=[back]).pins == {"a": "1"}
    assert offered(tmp_path, {"b 1": []}, "a", "b", units=[back]).pins == {"b": "1"}


def test_extras_of_what_is_offered(tmp_path):
    extra = Release('c; extra == "x"', extras=("x",))
    releases = {"a 1": ["absent"], "b 1": extra, "c 1": []}
    assert offered(tmp_path, releases, "a[x]").pins == {"b": "1", "c": "1"}


def test_the_better_of_several_offers(tmp_path):
    second = unit("Second", "pseudonym", match="package_version: {name: a}", run="yield: {package_version: {name: c}}")
    releases = {"a 1": ["absent"], "b 1": [], "c 1": []}
    assert offered(tmp_path, releases, "a", units=[second]).pins == {"b": "1"}
    better = unit("S", "step", match="package_version: {name: c}", run="score: 0.5")
    assert offered(tmp_path, releases, "a", units=[second, better]).pins == {"c": "1"}
    assert offered(tmp_path, {"a 1": [], "c 1": []}, "a", units=[second, better]).pins == {"c": "1"}
    assert offered(tmp_path, {"a 1": ["absent"], "b 1": ["absent"], "c 1": []}, "a", units=[second]).pins == {"c": "1"}


def test_no_other_package_where_files_are_named(tmp_path):
    hashed = request("a")
    hashed = replace(hashed, requirements=tuple(replace(each, hashes=("sha256:0",)) for each in hashed.requirements))
    book = rules(tmp_path, offers("name: a", ANY), settings=TAKEN)
    with pytest.raises(NoSolution):
        resolve(hashed, target(), source=MemorySource({"a 1": [], "b 1": []}), rules=book)


def test_offers_that_are_not_taken_are_suggested(tmp_path):
    book = rules(tmp_path, offers("name: a", ANY))
    with pytest.raises(
        NoSolution, match=r"try: --alternatives, with which b can take the place of a \(rule rules.Offer\)"
    ):
        pins({"a 1": Release(sdist=True, tags=())}, "a", rules=book)


def test_offers_under_labels(tmp_path):
    releases = {"a 1": [], "a 2": ["absent"], "b 1": [], "b 2": [], "app 1": ["a"], "job 1": ["a>1"]}
    policy = Policy(verify_budget=0)
    scopes = [Scope(target(), request(name), policy, label=name) for name in ("app", "job")]
    book = rules(tmp_path, offers("name: a", SAME), settings=TAKEN)
    app, job = resolve_scopes(scopes, MemorySource(releases), policy, book).environments
    assert {pin.name: pin.version for pin in app.pins} == {"a": "1", "app": "1"}
    assert {pin.name: (pin.version, pin.in_place_of) for pin in job.pins} == {"b": ("2", ("a",)), "job": ("1", ())}
    assert "b is taken in place of a" in job.remarks
    assert "b is taken in place of a" not in app.remarks


class Offering(NoRules):
    """b in the place of a."""

    def offers(self, name, label):
        return (Offer("", "b", "", False, Verdict("rule", "as good")),) if name == "a" else ()


NEED = st.builds("{}{}".format, st.sampled_from("abc"), st.sampled_from(["", "==1", ">1", "<3", "!=2"]))
NEEDS = st.lists(NEED, max_size=2)


def replaced(lines):
    return ["b" if line.startswith("a") else line for line in lines]


def solvable(releases, asked, offering=None):
    try:
        return pins(releases, *asked, rules=offering)
    except NoSolution:
        return None


@given(
    st.fixed_dictionaries({f"{name} {version}": NEEDS for name in "abc" for version in (1, 2, 3)}),
    st.lists(NEED, min_size=1, max_size=3),
)
def test_there_is_an_answer_if_there_is_one_with_either(releases, asked):
    releases = {title: [each for each in needs if each[0] != title[0]] for title, needs in releases.items()}
    original = solvable(releases, asked)
    other = solvable({title: replaced(needs) for title, needs in releases.items()}, replaced(asked))
    found = solvable(releases, asked, Offering())
    assert (found is None) == (original is None and other is None)
    if found is not None:
        pinned = [f"{name}=={version}" for name, version in found.items()]
        if "a" in found:
            assert solvable(releases, [*asked, *pinned]) == found
        else:
            changed = {title: replaced(needs) for title, needs in releases.items()}
            assert solvable(changed, [*replaced(asked), *pinned]) == found
