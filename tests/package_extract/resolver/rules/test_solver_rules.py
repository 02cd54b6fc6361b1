"""What rules do to a resolution."""

from __future__ import annotations

import pytest

from package_extract.resolver.errors import NoSolution
from package_extract.resolver.policy import Policy
from package_extract.resolver.rules.advisories import Advisories, Advisory
from package_extract.resolver.rules.effects import EffectSettings
from package_extract.resolver.rules.environment import Environment, SystemPackage
from package_extract.resolver.rules.specifiers import parse_version
from tests.package_extract.resolver.memory_source import (
    distribution,
    pins,
    solve,
    target,
)
from tests.package_extract.resolver.rules.writing import image, python, rules, unit

FLASK = {
    "flask-openid 1.2": ["setuptools"],
    "flask-openid 1.3": ["setuptools"],
    "setuptools 57.5": [],
    "setuptools 58": [],
}
SETUPTOOLS = unit(
    "NotWithSetuptools58", "step",
    match="package_version: {name: flask-openid, version: <1.3.0}\n"
          "state: {resolved_dependencies: [{name: setuptools, version: '>=58.0.0'}]}",
    run="not_acceptable: use_2to3 is gone",
)  # fmt: skip


def sieve(name, match, **others):
    return unit(name, "sieve", match=f"package_version: {{{match}}}", **others)


def test_a_sieve_forbids_versions(tmp_path):
    releases = {"a 1": [], "a 2": [], "a 3rc1": [], "b 5": []}
    book = rules(tmp_path, sieve("X", "name: a, version: '>=2'", run="log: {type: WARNING, message: bad one}"))
    answer = solve(releases, "a", rules=book)
    assert answer.pins == {"a": "1"}
    (reason,) = [each for each in answer.environment.pins[0].not_chosen if "2" in each.versions]
    assert (reason.reason, reason.explanation) == ("rule", "bad one")


def test_a_sieve_without_a_name_is_about_all_packages(tmp_path):
    assert pins({"a 1": ["b"], "a 2": ["b"], "b 1": [], "b 2": []}, "a", rules=rules(tmp_path, sieve("X", "version: ==2"))) == {
        "a": "1", "b": "1",
    }  # fmt: skip


GIT = unit(
    "NeedsGit", "sieve", match="package_version: {name: gitpython}",
    include="adviser_pipeline: true\nruntime_environments: {rpm_packages: {not: [{package_name: git}]}}",
    run="stack_info: [{type: WARNING, message: GitPython runs git, link: 'https://example.org/git'}]",
)  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "remedy"),
    [
        ({}, "install git in the image"),
        ({"others": (), "rpms": (SystemPackage("bash", "5"),), "system": ("fedora", "41")}, "install git in the image"),
    ],
)
def test_gitpython_needs_git(tmp_path, facts, remedy):
    with pytest.raises(NoSolution, match=f"GitPython runs git; {remedy}"):
        pins({"gitpython 3": []}, "gitpython", rules=rules(tmp_path, GIT, environment=image(**facts)))


@pytest.mark.parametrize(
    "facts",
    [
        {"rpms": (SystemPackage("git-core", "2"),)},
        {"rpms": (SystemPackage("git", "2"),)},
        {"others": (SystemPackage("git", "1:2.39"),)},
    ],
)
def test_gitpython_has_git(tmp_path, facts):
    assert pins({"gitpython 3": []}, "gitpython", rules=rules(tmp_path, GIT, environment=image(**facts))) == {
        "gitpython": "3"
    }


def test_gitpython_without_an_image(tmp_path):
    assert pins({"gitpython 3": []}, "gitpython", rules=rules(tmp_path, GIT, environment=Environment())) == {
        "gitpython": "3"
    }


def test_flask_openid_and_setuptools_of_the_solution(tmp_path):
    assert pins(FLASK, "flask-openid<1.3", rules=rules(tmp_path, SETUPTOOLS)) == {
        "flask-openid": "1.2",
        "setuptools": "57.5",
    }
    assert pins(FLASK, "flask-openid", rules=rules(tmp_path, SETUPTOOLS)) == {"flask-openid": "1.3", "setuptools": "58"}
    with pytest.raises(NoSolution, match="use_2to3 is gone"):
        pins(FLASK, "flask-openid<1.3", "setuptools>=58", rules=rules(tmp_path, SETUPTOOLS))


def test_flask_openid_and_setuptools_of_the_image(tmp_path):
    releases = {"flask-openid 1.2": [], "flask-openid 1.3": [], "setuptools 58": []}
    there = target(distribution("setuptools 65.5", owner="deb"))
    assert pins(releases, "flask-openid", image=there, rules=rules(tmp_path, SETUPTOOLS))["flask-openid"] == "1.3"
    with pytest.raises(NoSolution, match="use_2to3"):
        pins(releases, "flask-openid<1.3", image=there, rules=rules(tmp_path, SETUPTOOLS))


def test_a_condition_on_the_image_forbids_too(tmp_path):
    book = rules(
        tmp_path,
        sieve("X", "name: flask-openid, version: <1.3",
              include="adviser_pipeline: true\nruntime_environments: {python_packages: [{name: setuptools, version: '>=58'}]}"),
        environment=image(pythons=(python("setuptools 65.5"),)),
    )  # fmt: skip
    assert pins({"flask-openid 1.2": [], "flask-openid 1.3": []}, "flask-openid", rules=book) == {"flask-openid": "1.3"}


def test_a_group_is_each_of_its_members_beside_the_others(tmp_path):
    releases = {"pillow 8.2": [], "pillow 8.3.0": [], "numpy 1": [], "other 1": []}
    group = unit(
        "G", "step.Group", run="not_acceptable: broken",
        match="group: [{package_version: {name: pillow, version: ==8.3.0}}, {package_version: {name: numpy}}]",
    )  # fmt: skip
    assert pins(releases, "pillow", "numpy", rules=rules(tmp_path, group)) == {"pillow": "8.2", "numpy": "1"}
    assert pins(releases, "numpy", "pillow", rules=rules(tmp_path, group)) == {"pillow": "8.2", "numpy": "1"}
    assert pins(releases, "pillow", "other", rules=rules(tmp_path, group)) == {"pillow": "8.3.0", "other": "1"}


def test_several_alternatives_of_one_unit(tmp_path):
    match = "- package_version: {name: a, version: ==2}\n- package_version: {name: b, version: ==2}"
    book = rules(tmp_path, unit("X", "step", match=match, run="not_acceptable: x"))
    assert pins({"a 1": [], "a 2": [], "b 1": [], "b 2": []}, "a", "b", rules=book) == {"a": "1", "b": "1"}


def test_a_package_that_only_one_other_brings(tmp_path):
    releases = {"tf 2": ["scipy"], "scipy 1": [], "sk 1": ["scipy"]}
    skip = unit(
        "S", "step.SkipPackage", run="log: {type: INFO, message: not needed}",
        match="package_version: {name: scipy}\nstate: {package_version_from: [{name: tf, version: '>1'}]}",
    )  # fmt: skip
    assert pins(releases, "tf", rules=rules(tmp_path, skip)) == {"tf": "2", "scipy": "1"}
    allowed = EffectSettings(skip_packages=True)
    answer = solve(releases, "tf", rules=rules(tmp_path, skip, settings=allowed))
    assert answer.pins == {"tf": "2"}
    assert answer.environment.remarks == ("tf asks for scipy, which a rule leaves out: not needed",)
    assert answer.environment.pins[0].justifications[0].rule == "rules.S"
    assert pins(releases, "tf", "sk", rules=rules(tmp_path, skip, settings=allowed)) == {
        "tf": "2",
        "scipy": "1",
        "sk": "1",
    }
    everywhere = unit("S", "sieve.SkipPackage", match="package_name: scipy")
    assert pins(releases, "tf", "sk", rules=rules(tmp_path, everywhere, settings=allowed)) == {"tf": "2", "sk": "1"}


def test_an_effect_that_is_not_used_is_told(tmp_path):
    skip = unit("S", "sieve.SkipPackage", match="package_name: scipy")
    stop = unit("E", "boot", run="eager_stop_pipeline: x")
    develop = sieve("D", "name: a, develop: true")
    pair = unit(
        "P", "step", match="package_version: {name: a}\nstate: {resolved_dependencies: [{name: b}]}", run="score: 1"
    )
    offer = unit("O", "pseudonym", match="package_version: {name: a}", run="yield: {package_version: {name: b}}")
    book = rules(tmp_path, skip, stop, develop, pair, offer)
    book.begin(target(), "")
    assert {name: why.partition(",")[0] for name, why in book.effects[""].unused.items()} == {
        "rules.S": "leaves out a dependency",
        "rules.E": "eager_stop_pipeline has no meaning here",
        "rules.D": "is about packages for development only",
        "rules.P": "prefers packages beside each other whatever their versions: nothing can be chosen",
        "rules.O": "offers another package",
    }


def test_scores_are_preferences(tmp_path):
    score = unit("S", "step", match="package_version: {name: a, version: ==2}", run="score: 0.5")
    against = unit("T", "step", match="package_version: {name: a, version: ==3}", run="score: -7")
    assert pins({"a 1": [], "a 2": [], "a 3": []}, "a", rules=rules(tmp_path, score)) == {"a": "2"}
    assert pins({"a 1": [], "a 2": [], "a 3": []}, "a>2", rules=rules(tmp_path, score, against)) == {"a": "3"}
    assert pins({"a 1": [], "a 3": []}, "a", rules=rules(tmp_path, against)) == {"a": "1"}


def test_a_requirement_that_a_rule_adds(tmp_path):
    run = "package_version: {name: b, locked_version: ==1, index_url: 'https://pypi.org/simple', develop: false}"
    add = unit("A", "step.AddPackage", match="package_version: {name: a, version: '>=2'}", run=run)
    releases = {"a 1": [], "a 2": [], "b 1": [], "b 2": []}
    answer = solve(releases, "a", rules=rules(tmp_path, add))
    assert answer.pins == {"a": "2", "b": "1"}
    assert pins(releases, "a<2", rules=rules(tmp_path, add)) == {"a": "1"}


def test_a_stride_rejects_whole_solutions(tmp_path):
    stride = unit(
        "S", "stride", run="not_acceptable: seen to fail",
        match="state: {resolved_dependencies: [{name: a, version: ==2}, {name: b}]}",
    )  # fmt: skip
    assert pins({"a 1": [], "a 2": [], "b 1": []}, "a", "b", rules=rules(tmp_path, stride)) == {"a": "1", "b": "1"}
    assert pins({"a 1": [], "a 2": [], "b 1": []}, "a", rules=rules(tmp_path, stride)) == {"a": "2"}


def test_boots_reject_everything(tmp_path):
    always = unit("B", "boot", run="not_acceptable: the image has defects")
    direct = unit("B", "boot", match="package_name: a", run="not_acceptable: a is not for this image")
    releases = {"a 1": [], "b 1": ["a"]}
    with pytest.raises(NoSolution, match=r"the image has defects \(rules.B\)"):
        pins(releases, "b", rules=rules(tmp_path, always))
    with pytest.raises(NoSolution, match="a is not for this image"):
        pins(releases, "a", rules=rules(tmp_path, direct))
    assert pins(releases, "b", rules=rules(tmp_path, direct)) == {"a": "1", "b": "1"}


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ("https://pypi.org/simple", "1"),
        ("https://pypi.org/simple/", "1"),
        ("{not: 'https://other.test/simple'}", "1"),
        ("https://other.test/simple", "2"),
        ("{not: 'https://pypi.org/simple'}", "2"),
    ],
)
def test_rules_about_an_index(tmp_path, index, expected):
    one = sieve("X", f"name: a, version: ==2, index_url: {index}")
    settings = EffectSettings(indexes=("https://pypi.org/simple",))
    assert pins({"a 1": [], "a 2": []}, "a", rules=rules(tmp_path, one, settings=settings)) == {"a": expected}


BOTH = ("https://pypi.org/simple", "https://index.test/simple")
"""Of which the second has the packages of these tests."""


@pytest.mark.parametrize(
    ("index", "mode", "alone", "together"),
    [
        ("https://pypi.org/simple", "intent", "2", "1"),
        ("https://index.test/simple", "intent", "1", "1"),
        ("{not: 'https://pypi.org/simple'}", "intent", "1", None),
        ("{not: 'https://index.test/simple'}", "intent", "2", None),
        ("https://index.test/simple", "strict", "1", None),
        ("https://third.test/simple", "intent", "2", "another"),
    ],
)
def test_rules_about_one_of_several_indexes(tmp_path, index, mode, alone, together):
    settings = EffectSettings(mode, indexes=BOTH)
    one = sieve("X", f"name: a, version: ==2, index_url: {index}")
    assert pins({"a 1": [], "a 2": []}, "a", rules=rules(tmp_path, one, settings=settings, mode=mode)) == {"a": alone}
    score = unit("S", "step", match=f"package_version: {{name: a, version: ==2, index_url: {index}}}", run="score: -1")
    assert pins({"a 1": [], "a 2": []}, "a", rules=rules(tmp_path, score, settings=settings, mode=mode)) == {"a": alone}
    pair = unit(
        "P", "step", run="not_acceptable: x",
        match=f"package_version: {{name: a, version: ==2, index_url: {index}}}\nstate: {{resolved_dependencies: [{{name: b}}]}}",
    )  # fmt: skip
    book = rules(tmp_path, pair, settings=settings, mode=mode)
    assert pins({"a 1": [], "a 2": [], "b 1": []}, "a", "b", rules=book)["a"] == ("1" if together == "1" else "2")
    reasons = {None: "is about one of several indexes", "another": "is about another index"}
    assert book.effects[""].unused == ({"rules.P": reasons[together]} if together in reasons else {})
    there = target(distribution("a 2"))
    assert pins({"a 1": []}, "a", image=there, rules=rules(tmp_path, one, settings=settings, mode=mode)) == {"a": "2"}


def test_the_type_of_recommendation_decides(tmp_path):
    only = sieve("X", "name: a, version: ==2", include="adviser_pipeline: true\nrecommendation_types: [security]")
    for kind, expected in (("security", "1"), ("stable", "2"), ("latest", "2")):
        assert pins({"a 1": [], "a 2": []}, "a", rules=rules(tmp_path, only, recommendation_type=kind)) == {
            "a": expected
        }


def vulnerable(*versions):
    ranges = ((parse_version("2"), parse_version("4"), False),)
    return Advisories([("A", Advisory("OSV-1", "bad", "https://osv.dev/OSV-1", frozenset(versions), ranges))])


@pytest.mark.parametrize(
    ("kind", "asked", "expected"),
    [
        ("latest", "a<4", "3"),
        ("testing", "a<4", "3"),
        ("stable", "a<4", "1"),
        ("performance", "a<4", "1"),
        ("security", "a<4", "1"),
        ("stable", "a>1,<4", "3"),
        ("security", "a", "4"),
    ],
)
def test_vulnerable_versions(tmp_path, kind, asked, expected):
    book = rules(tmp_path, sieve("X", "name: unrelated"), advisories=vulnerable(), recommendation_type=kind)
    assert pins({"a 1": [], "a 2": [], "a 3": [], "a 4": []}, asked, rules=book) == {"a": expected}


def test_security_finds_nothing_rather_than_something_vulnerable(tmp_path):
    book = rules(tmp_path, sieve("X", "name: unrelated"), advisories=vulnerable("1"), recommendation_type="security")
    with pytest.raises(NoSolution, match="it is vulnerable: OSV-1 bad"):
        pins({"a 1": [], "a 2": []}, "a", rules=book)


def test_an_installed_version_that_a_rule_forbids_is_changed(tmp_path):
    book = rules(tmp_path, sieve("X", "name: a, version: ==1"))
    there = target(distribution("a 1"))
    assert pins({"a 1": [], "a 2": []}, "a", image=there, rules=book) == {"a": "2"}
    with pytest.raises(NoSolution):
        pins({"a 1": [], "a 2": []}, "a", image=there, rules=book, policy=Policy(installed="pin", verify_budget=0))


@pytest.mark.parametrize(
    ("state", "asked", "expected"),
    [
        ("package_version_from: [{name: b}]", ["b"], "1"),
        ("package_version_from: [{name: b, version: '>5'}]", ["b"], "2"),
        ("package_version_from: [{name: b}]", ["d"], "2"),
        ("package_version_from: [{name: b}]", ["b", "d"], "2"),
        ("package_version_from: [{name: b}], package_version_from_allow_other: true", ["b", "d"], "1"),
        ("package_version_from: [{name: b}, {name: c}]", ["b"], "2"),
        ("package_version_from: [{name: b}, {name: c}]", ["b", "c"], "1"),
        ("package_version_from: [{name: e}]", ["e", "b"], "2"),
        ("package_version_from: [{name: b}], resolved_dependencies: [{name: e}]", ["b"], "2"),
        ("package_version_from: [{name: b}], resolved_dependencies: [{name: e}]", ["b", "e"], "1"),
    ],
)
def test_a_step_about_what_packages_bring(tmp_path, state, asked, expected):
    step = unit("X", "step", run="not_acceptable: x",
                match=f"package_version: {{name: a, version: ==2}}\nstate: {{{state}}}")  # fmt: skip
    releases = {"a 1": [], "a 2": [], "b 1": ["a"], "c 1": ["a"], "d 1": ["a"], "e 1": []}
    answer = solve(releases, *asked, rules=rules(tmp_path, step))
    assert answer.pins["a"] == expected
    if expected == "1":
        assert [(each.versions, each.rule) for each in answer.environment.pins[0].not_chosen] == [(("2",), "rules.X")]


def test_an_index_is_compared_as_it_is_written_in_strict_mode(tmp_path):
    for mode, expected in (("intent", "1"), ("strict", "2")):
        settings = EffectSettings(mode, indexes=("https://pypi.org/simple",))
        one = sieve("X", "name: a, version: ==2, index_url: 'https://pypi.org/simple/'")
        book = rules(tmp_path, one, settings=settings, mode=mode)
        assert pins({"a 1": [], "a 2": []}, "a", rules=book) == {"a": expected}


def test_the_reason_of_a_combination_names_the_rule(tmp_path):
    answer = solve(FLASK, "flask-openid<1.3", rules=rules(tmp_path, SETUPTOOLS))
    (newer,) = next(pin for pin in answer.environment.pins if pin.name == "setuptools").not_chosen
    assert (newer.reason, newer.rule, newer.versions) == ("rule", "rules.NotWithSetuptools58", ("58",))


def test_the_reason_of_a_score_names_the_rule(tmp_path):
    score = unit("S", "step", match="package_version: {name: a, version: ==1}", run="score: 0.5")
    (pin,) = solve({"a 1": [], "a 2": []}, "a", rules=rules(tmp_path, score)).environment.pins
    assert (pin.version, pin.not_chosen[0].reason, pin.not_chosen[0].rule) == ("1", "preference", "rules.S")
