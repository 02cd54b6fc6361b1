"""Scenarios: what is chosen from a few packages that are written down here."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from package_extract.resolver.errors import NoSolution, UnknownProject
from package_extract.resolver.masks import specifier_mask
from package_extract.resolver.policy import Policy
from package_extract.resolver.rules_protocol import NoRules, RuleClause, Verdict
from package_extract.resolver.url_wheel import url_page
from tests.package_extract.resolver.memory_source import MemorySource, Release, distribution, pins, solve, target


def conflict(releases, *requirements, **others):
    with pytest.raises(NoSolution) as caught:
        solve(releases, *requirements, **others)
    return caught.value.conflict


def test_the_newest_versions_that_go_together():
    releases = {"a 1": [], "a 2": ["b<2"], "b 1": [], "b 2": []}
    assert pins(releases, "a", "b") == {"a": "2", "b": "1"}
    assert pins(releases, "b", "a") == {"a": "1", "b": "2"}


def test_it_goes_back_over_many_versions():
    releases = {f"boto 1.{n}": [f"core=={n}"] for n in range(60)}
    releases |= {f"core {n}": ["url<2" if n > 3 else "url"] for n in range(60)}
    releases |= {"url 1": [], "url 2": []}
    assert pins(releases, "boto", "url>=2") == {"boto": "1.3", "core": "3", "url": "2"}


def test_a_cycle_is_no_problem():
    assert pins({"a 1": ["b"], "b 1": ["a"]}, "a") == {"a": "1", "b": "1"}


def test_a_package_may_need_itself_with_an_extra():
    releases = {"a 1": Release("a[x]; extra == 'all'", "b; extra == 'x'", extras=("all", "x")), "b 1": []}
    assert pins(releases, "a[all]") == {"a": "1", "b": "1"}


def test_extras_bring_their_packages_and_share_the_version():
    releases = {
        "a 1": Release("b; extra == 'x'", extras=("x",)),
        "a 2": Release("c; extra == 'x'", extras=("x",)),
        "b 1": [],
        "c 1": ["a<2"],
    }
    answer = solve(releases, "a[x]")
    assert answer.pins == {"a": "1", "b": "1"}
    assert [pin.extras for pin in answer.environment.pins] == [("x",), ()]


def test_an_extra_that_is_misspelt_is_said_with_those_there_are():
    with pytest.raises(NoSolution, match=r"has no extra 'asinc' \(asked\); it has async, dotenv"):
        solve({"flask 1": Release(extras=("async", "dotenv"))}, "flask[asinc]")


def test_markers_are_those_of_the_target():
    releases = {"a 1": ["old; python_version < '3.10'", "new; platform_machine == 'aarch64'"], "old 1": [], "new 1": []}
    assert pins(releases, "a") == {"a": "1"}
    assert pins(releases, "a", image=target(words="3.9 aarch64")) == {"a": "1", "old": "1", "new": "1"}
    answer = solve(releases, "a", "old>=1; python_version < '3'")
    assert answer.pins == {"a": "1"}
    assert answer.environment.remarks == ("left out, because their markers do not hold here: old>=1",)


def test_wheels_are_those_of_the_target():
    releases = {
        "a 1": Release(tags=("cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-musllinux_1_1_x86_64")),
        "a 2": Release(tags=("cp311-cp311-manylinux_2_34_x86_64",)),
        "a 3": Release(tags=("cp311-cp311-win_amd64",), sdist=True),
        "a 4": Release(python=">=3.12"),
        "a 5": Release(uploaded=False),
    }
    answer = solve(releases, "a")
    (pin,) = answer.environment.pins
    assert (pin.version, pin.file.tag_set) == ("1", "cp311-cp311-manylinux_2_17_x86_64")
    assert {each.reason: each.versions for each in pin.not_chosen} == {
        "newer-than": ("5",),
        "requires-python": ("4",),
        "needs-build": ("3",),
        "tag": ("2",),
    }
    assert pins(releases, "a", image=target(words="3.11 musl 1.2")) == {"a": "1"}
    assert pins(releases, "a", image=target(words="3.11 glibc 2.34")) == {"a": "2"}


class TestPrereleases:
    releases = {"a 1": [], "a 2rc1": [], "b 1": ["a>=2rc1"], "c 1a1": [], "d 1": [], "d 2a1": []}

    def test_not_unless_asked_for(self):
        assert pins(self.releases, "a") == {"a": "1"}
        assert pins(self.releases, "a>=1rc1") == {"a": "2rc1"}
        assert pins(self.releases, "a", policy=Policy("prefer", "allow", 0)) == {"a": "2rc1"}

    def test_where_there_is_nothing_else(self):
        assert pins(self.releases, "c") == {"c": "1a1"}

    def test_where_nothing_else_fits_and_only_there(self):
        answer = solve(self.releases, "b", "d")
        assert answer.pins == {"a": "2rc1", "b": "1", "d": "1"}
        assert answer.environment.remarks == ("a pre-release of a is taken, because nothing else fits",)

    def test_never(self):
        found = conflict(self.releases, "b", policy=Policy("prefer", "never", 0))
        assert any("pre-release" in sentence for sentence in found.sentences)


class TestYanked:
    releases = {"a 1": [], "a 2": Release(yanked="broken"), "b 1": ["a==2"], "c 1": ["a>=2"]}

    def test_is_left_out(self):
        answer = solve(self.releases, "a")
        assert answer.pins == {"a": "1"}
        assert answer.environment.pins[0].not_chosen[0].reason == "yanked"
        conflict(self.releases, "c")

    def test_counts_where_it_is_pinned(self):
        assert pins(self.releases, "a==2") == {"a": "2"}
        assert pins(self.releases, "b") == {"a": "2", "b": "1"}


class TestInstalled:
    releases = {"a 1": [], "a 2": [], "b 1": ["a>=2"], "c 1": ["a<2"], "d 1": ["a"], "d 2": ["a>=2"]}
    image = target(distribution("a 1"))

    def test_is_kept_where_it_fits(self):
        answer = solve(self.releases, "a", "c", image=self.image)
        assert answer.pins == {"a": "1", "c": "1"}
        assert [pin.name for pin in answer.environment.to_install] == ["c"]
        assert [pin.name for pin in answer.environment.kept] == ["a"]

    def test_is_changed_where_it_does_not(self):
        answer = solve(self.releases, "b", image=self.image)
        assert [(pin.name, pin.status, pin.installed_version) for pin in answer.environment.pins] == [
            ("a", "change", "1"),
            ("b", "install", None),
        ]

    @pytest.mark.parametrize(("policy", "version"), [("prefer", "1"), ("pin", "1"), ("latest", "2"), ("ignore", "2")])
    def test_policies(self, policy, version):
        assert pins(self.releases, "a", image=self.image, policy=Policy(policy, verify_budget=0)) == {"a": version}

    def test_pinned_it_is_never_changed(self):
        found = conflict(self.releases, "b", image=self.image, policy=Policy("pin", verify_budget=0))
        assert found.sentences == ("b 1 needs a>=2, but the image has a 1, and it stays",)

    def test_what_the_system_owns_is_never_changed(self):
        image = target(distribution("a 1", owner="deb"))
        found = conflict(self.releases, "b", image=image)
        assert found.sentences[0].endswith("but the image has a 1, which the package python3-a owns, and it stays")
        assert pins(self.releases, "d", image=image) == {"a": "1", "d": "1"}
        assert pins(self.releases, "b", image=image, policy=Policy("ignore", verify_budget=0)) == {"a": "2", "b": "1"}

    def test_may_be_unknown_to_the_index(self):
        image = target(distribution("own 1+local", "a<2"))
        assert pins(self.releases | {"e 1": ["own"]}, "e", image=image) == {"e": "1", "own": "1+local", "a": "1"}

    def test_what_it_needs_stays_in_order(self):
        image = target(distribution("app 1", "a<2", owner="deb"), distribution("a 1"))
        found = conflict(self.releases, "b", image=image)
        assert "the installed app 1 needs a<2" in found.sentences

    def test_it_is_changed_with_what_it_needs(self):
        releases = self.releases | {"app 1": ["a<2"], "app 2": ["a>=2"]}
        image = target(distribution("app 1", "a<2"), distribution("a 1"))
        assert pins(releases, "b", image=image) == {"a": "2", "app": "2", "b": "1"}


def test_constraints_bound_and_ask_for_nothing():
    releases = {"a 1": [], "a 2": [], "b 1": ["a"], "c 1": []}
    assert pins(releases, "b", constraints=["a<2", "c<1"]) == {"a": "1", "b": "1"}
    assert pins(releases, "c", constraints=["a<2"]) == {"c": "1"}
    found = conflict(releases, "a>=2", constraints=["a<2"])
    assert any("the constraint a<2 (constraints)" in sentence for sentence in found.sentences)


def test_overrides_take_the_place_of_all_requirements():
    releases = {"a 1": [], "a 2": [], "b 1": ["a<2"]}
    assert pins(releases, "b", overrides=["a>=2"]) == {"a": "2", "b": "1"}


def test_a_version_whose_metadata_cannot_be_read_is_passed_over():
    answer = solve({"a 1": [], "a 2": Release(broken=True)}, "a")
    assert answer.pins == {"a": "1"}
    (newer,) = answer.environment.pins[0].not_chosen
    assert (newer.reason, newer.versions) == ("unreadable", ("2",))
    assert newer.explanation == "a-2-py3-none-any.whl cannot be read"


def test_a_version_that_needs_what_no_index_has_is_passed_over():
    assert pins({"a 1": [], "a 2": ["nowhere"]}, "a") == {"a": "1"}
    with pytest.raises(UnknownProject, match="no project is called 'nowhere'"):
        solve({"a 1": []}, "nowhere")


@pytest.mark.parametrize(
    "line", ["b >= ", "b ~= x", "???", "b; nonsense", "b @ https://elsewhere.test/b-1-py3-none-any.whl"]
)
def test_a_version_with_a_requirement_that_cannot_be_met_is_passed_over(line):
    assert pins({"a 1": [], "a 2": [line], "b 1": []}, "a") == {"a": "1"}


def test_a_wheel_by_its_address():
    source = MemorySource({"a 1": [], "a 2": ["b"], "b 1": ["a"]})
    url = "https://index.test/a-2-py3-none-any.whl"
    source.contents["a-2-py3-none-any.whl"] = b"content"
    answer = solve(source, f"a @ {url}", "b")
    assert answer.pins == {"a": "2", "b": "1"}
    assert answer.environment.pins[0].file.url == url
    assert answer.environment.pins[0].file.hashes == {"sha256": sha256(b"content").hexdigest()}


class TestExplanation:
    def test_the_smallest_set_is_named(self):
        releases = {"a 1": ["c<2"], "b 1": ["c>=2"], "c 1": [], "c 2": [], "d 1": []}
        found = conflict(releases, "d", "a", "b", "c")
        assert found.requirements == ("a (asked)", "b (asked)")
        assert found.sentences == ("a 1 needs c<2", "b 1 needs c>=2")
        assert found.suggestions == ("leave out a", "leave out b")

    def test_versions_are_taken_together(self):
        releases = {f"boto 1.{n}": [f"core=={n}"] for n in range(30)} | {f"core {n}": ["url>=2"] for n in range(30)}
        found = conflict(releases | {"url 1": [], "url 2": []}, "boto", "url<2")
        assert found.sentences == ("any version of boto needs core", "any version of core needs url>=2")
        assert found.suggestions == ("leave out boto", "url without <2: that gives url 2")

    def test_a_version_that_does_not_exist(self):
        assert conflict({"a 1": []}, "a>=9").sentences == ("no version of a is >=9; the newest is 1",)

    def test_only_a_source_distribution(self):
        found = conflict({"a 1": Release(tags=(), sdist=True)}, "a")
        assert found.sentences == (
            "a 1: there is no wheel of it for this target, it would have to be built from source",
        )


class Rules(NoRules):
    def forbidden(self, name, versions, label):
        return [(specifier_mask("==2", versions), Verdict("no-two", "it is broken"))] if name == "a" else []

    def clauses(self, name, label):
        clause = RuleClause({"old": "<2", "tools": ">=58"}, Verdict("old-tools", "they do not go together"))
        return [clause] if name in clause.together else []

    def scored(self, name, label):
        return name == "s"

    def score(self, name, versions, position, label):
        return 1.0 if versions.version(position) == Version("1") else 0.0

    def drops(self, parent, version, dependency, label):
        return Verdict("no-x", "the image has it") if dependency == "x" else None

    def extra_requirements(self, name, version, label):
        return [("hidden", Verdict("needs-hidden", "it does not say so"))] if name == "h" else []

    def judge(self, pins, needed_by, label):
        return (["p", "q"], Verdict("p-q", "seen to fail")) if pins.get("p") == pins.get("q") == "2" else None


class TestRules:
    releases = {
        **{f"{name} {version}": [] for name in ("a", "s", "p", "q") for version in (1, 2)},
        "old 1": ["tools"],
        "old 2": ["tools"],
        "tools 57": [],
        "tools 58": [],
        "y 1": ["x"],
        "h 1": [],
        "hidden 1": [],
    }

    def found(self, *requirements, **others):
        return pins(self.releases, *requirements, rules=Rules(), **others)

    def test_versions_are_forbidden(self):
        assert self.found("a") == {"a": "1"}
        assert "rule no-two" in conflict(self.releases, "a>=2", rules=Rules()).text()

    def test_combinations_are_forbidden(self):
        assert self.found("old==1", "tools") == {"old": "1", "tools": "57"}
        assert self.found("tools", "old") == {"old": "2", "tools": "58"}
        assert "they do not go together" in conflict(self.releases, "old<2", "tools>=58", rules=Rules()).text()

    def test_what_is_installed_counts_in_a_combination(self):
        releases = self.releases | {"old 1": [], "old 2": []}
        image = target(distribution("tools 58"))
        assert pins(releases, "old", rules=Rules(), image=image) == {"old": "2"}
        assert (
            "they do not go together"
            in conflict(releases, "old<2", rules=Rules(), image=target(distribution("tools 58", owner="deb"))).text()
        )

    def test_what_scores_higher_is_preferred(self):
        assert self.found("s") == {"s": "1"}
        assert self.found("s>=2") == {"s": "2"}

    def test_dependencies_are_dropped_and_added(self):
        assert self.found("y") == {"y": "1"}
        assert self.found("h") == {"h": "1", "hidden": "1"}

    def test_a_whole_solution_is_judged(self):
        assert self.found("p", "q") == {"p": "2", "q": "1"}
        assert "seen to fail" in conflict(self.releases, "p==2", "q==2", rules=Rules()).text()


versions = st.sampled_from(["1", "2", "3"])
specifiers = st.sampled_from(["", "<2", ">=2", "==1", "!=2", "<=2", ">2"])
names = st.sampled_from("abcd")
needs = st.tuples(names, specifiers).map("".join)
universes = st.dictionaries(
    st.tuples(names, versions).map(" ".join), st.lists(needs, max_size=3), min_size=3, max_size=9
)


@given(universes, st.lists(needs, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_the_answer_is_valid_and_always_the_same(releases, requirements):
    try:
        found = pins(releases, *requirements)
    except UnknownProject:
        return
    except NoSolution:
        assert not any(valid(releases, requirements, chosen) for chosen in assignments(releases))
        return
    assert valid(releases, requirements, found)
    assert pins(releases, *requirements) == found


def assignments(releases):
    from itertools import product

    by_name = {}
    for title in releases:
        name, version = title.split()
        by_name.setdefault(name, [None]).append(version)
    for versions in product(*by_name.values()):
        yield {name: version for name, version in zip(by_name, versions, strict=True) if version}


def valid(releases, requirements, chosen):
    def met(text):
        version = chosen.get(text[0])
        return version is not None and SpecifierSet(text[1:]).contains(version)

    asked = [*requirements, *(need for name, version in chosen.items() for need in releases[f"{name} {version}"])]
    return all(map(met, asked))


def test_a_package_that_needs_another_version_of_itself():
    found = conflict({"a 1": ["a==2"], "a 2": ["a[fast]==1"], "b 1": []}, "a", "b")
    assert found.requirements == ("a (asked)",)
    assert found.sentences == (
        "any version of a cannot be taken: it needs a==2, which it is not; it needs a[fast]==1, which it is not",
    )


def test_a_conflict_with_what_is_installed_names_who_asked():
    releases = {"a 1": [], "a 2": [], "user 2": ["a<2"], "b 1": []}
    image = target(distribution("user 1", "a<2"), distribution("a 1"))
    found = conflict(releases, "b", "a>=2", image=image)
    assert found.requirements == ("a>=2 (asked)",)
    assert found.sentences[0] == "the installed user 1 has to change as well, because what it needs changes"
    assert any("needs a<2" in sentence for sentence in found.sentences)


def test_extras_are_names():
    assert pins({"a 1": [], "a 2": ["b[x\u2028evil==1]"], "b 1": []}, "a") == {"a": "1"}


def test_a_withdrawn_version_is_not_taken_where_another_is_the_one_asked_for():
    releases = {"a 1.0": [], "a 1.0+cpu": Release(yanked="broken")}
    assert pins(releases, "a==1.0") == {"a": "1.0"}
    assert pins(releases, "a==1.0+cpu") == {"a": "1.0+cpu"}


def test_a_conflict_with_an_address_names_it():
    address = "a @ https://a.example/a-2-py3-none-any.whl"
    source = MemorySource({"a 2": [], "b 1": ["a<2"], "c 1": []})
    found = conflict(source, "c", "b", address)
    assert found.requirements == ("b (asked)", f"{address} (asked)")
    found = conflict(source, address, "c", "a @ https://b.example/a-2-py3-none-any.whl")
    assert "a is asked for at https://a.example/a-2-py3-none-any.whl and at https://b.example" in found.text()


def test_the_hash_of_an_address_may_stand_beside_other_things():
    (file,) = url_page("a", "https://a.example/a-2-py3-none-any.whl#egg=a&sha256=AB&x=y").files(0)
    assert file.hashes == {"sha256": "ab"}
