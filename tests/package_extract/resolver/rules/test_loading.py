from __future__ import annotations

import pytest

from package_extract.resolver.rules.errors import NoSuchRules
from package_extract.resolver.rules.loading import load
from package_extract.resolver.rules.unit import TYPES
from tests.package_extract.resolver.rules.writing import file_of, loaded, unit

STEP = "package_version: {name: a}"
EACH = {
    "boot": ("package_name: a", "not_acceptable: no"),
    "pseudonym": (STEP, "yield: {yield_matched_version: true, package_version: {name: b}}"),
    "sieve": (STEP, None),
    "sieve.SkipPackage": ("package_name: a", None),
    "step": (STEP, "score: 0.5"),
    "step.SkipPackage": (STEP, None),
    "step.AddPackage": (
        STEP,
        "package_version: {name: b, locked_version: ==1.0, index_url: 'https://pypi.org/simple', develop: false}",
    ),
    "step.Group": ("group: [{package_version: {name: a}}, {package_version: {name: b}}]", "score: 1"),
    "stride": ("state: {resolved_dependencies: [{name: a}]}", "not_acceptable: 'no'"),
    "wrap": ("state: {resolved_dependencies: [{name: a}]}", "stack_info: [{type: INFO, message: m, link: a_page}]"),
    "wrap.GHReleaseNotes": (
        "state: {resolved_dependencies: [{name: a}]}",
        "release_notes: {organization: o, repository: r, tag_version_prefix: v}",
    ),
}
EACH["boot"] = ("package_name: a", "not_acceptable: 'no'")


def problems_of(tmp_path, text):
    (tmp_path / "x.yaml").write_text(text)
    return load([tmp_path / "x.yaml"]).problems


def test_all_eleven_types(tmp_path):
    assert {*EACH} == {name for names in TYPES.values() for name in names}
    units = loaded(tmp_path, *(unit(name.replace(".", ""), name, match=m, run=r) for name, (m, r) in EACH.items()))
    assert sorted(each.type for each in units) == sorted(EACH)
    assert {"a"} == {*units[0].packages()}
    (group,) = [each for each in units if each.type == "step.Group"]
    assert group.packages() == {"a", "b"}


@pytest.mark.parametrize("kind", EACH)
def test_unknown_keys_are_told_with_their_line(tmp_path, kind):
    match, run = EACH[kind]
    text = file_of(
        unit("Good", kind, match=match, run=run), unit("Bad", kind, match=match, run=f"{run or ''}\ncolour: red")
    )
    (problem,) = problems_of(tmp_path, text)
    assert (problem.unit, problem.key, problem.code) == ("Bad", "run.colour", "unknown-key")
    assert text.splitlines()[problem.line - 1].strip() == "colour: red"
    assert [each.name for each in load([tmp_path / "x.yaml"]).units] == ["rules.Good"]


def test_a_directory_with_a_name_and_other_files(tmp_path):
    (tmp_path / "_prescription_metadata.yaml").write_text("prescription: {name: mine, release: 1}")
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "sub" / "deep" / "one.yaml").write_text(file_of(unit("One", "sieve", match=STEP)))
    (tmp_path / "two.yml").write_text(file_of(unit("Two", "sieve", match=STEP)))
    (tmp_path / ".hidden.yaml").write_text("no rules")
    (tmp_path / "readme.txt").write_text("no rules")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    found = load([tmp_path])
    assert [(each.name, each.file) for each in found.units] == [
        ("mine.One", "sub/deep/one.yaml"), ("mine.Two", "two.yml"),
    ]  # fmt: skip
    assert (found.problems, found.files) == ([], 2)


def test_merge_keys_make_units(tmp_path):
    text = """\
metadata:
  common: &common {should_include: {adviser_pipeline: true}, type: sieve}
  match: &match {match: {package_version: {name: A_b.C}}}
units:
  sieves:
  - <<: [*common, *match]
    name: Merged
  - <<: *common
    name: Other
    match: {package_version: {name: x, version: '>=1'}}
"""
    (tmp_path / "x.yaml").write_text(text)
    found = load([tmp_path / "x.yaml"])
    assert not found.problems
    assert [each.packages() for each in found.units] == [{"a-b-c"}, {"x"}]
    assert [each.line for each in found.units] == [6, 8]


def test_legacy_specifiers_are_passed_over_with_a_reason(tmp_path):
    text = file_of(unit("Old", "sieve", match="package_version: {name: a, version: ==git-unknown}"))
    (problem,) = problems_of(tmp_path, text)
    assert (problem.severity, problem.code, problem.unit) == ("warning", "legacy-specifier", "Old")
    assert str(problem).startswith("x.yaml:8: Old: match.package_version.version: '==git-unknown' names a version")


@pytest.mark.parametrize(
    ("kind", "match", "run", "key"),
    [
        ("sieve", "package_version: {name: a, version: 1.0}", None, "match.package_version.version"),
        ("sieve", "package_version: {name: a, version: 'one'}", None, "match.package_version.version"),
        ("sieve", "package_version: {name: 'a b'}", None, "match.package_version.name"),
        ("sieve", "[]", None, "match"),
        ("step", STEP, "score: high", "run.score"),
        ("step", STEP, "score: .nan", "run.score"),
        ("step", STEP, "{score: 1, eager_stop_pipeline: x}", "run.eager_stop_pipeline"),
        ("step", STEP, "{not_acceptable: x, justification: [{type: INFO, message: m}]}", "run.justification"),
        ("step.Group", "group: [{package_version: {name: a}}]", "score: 1", "match.group"),
        ("boot", None, "{not_acceptable: x, eager_stop_pipeline: y}", "run.eager_stop_pipeline"),
        ("wrap", None, "justification: [{type: LOUD, message: m}]", "run.justification.0.type"),
        ("wrap", None, "justification: [{type: INFO, message: m, link: not a link}]", "run.justification.0.link"),
        ("step.AddPackage", STEP, "package_version: {name: b, locked_version: '>=1', index_url: x, develop: false}",
         "run.package_version.locked_version"),
    ],
)  # fmt: skip
def test_wrong_values_name_their_key(tmp_path, kind, match, run, key):
    problems = problems_of(tmp_path, file_of(unit("Bad", kind, match=match, run=run)))
    assert key in {problem.key for problem in problems}
    assert {problem.unit for problem in problems} == {"Bad"}


@pytest.mark.parametrize(
    "include",
    [
        "adviser_pipeline: perhaps",
        "recommendation_types: [fastest]",
        "runtime_environments: {shared_objects: [x]}",
        "runtime_environments: {python_version: 3.8}",
        "runtime_environments: {python_packages: [{name: a, location: '('}]}",
        "runtime_environments: {python_packages: [{name: a, location: '(a+)+b'}]}",
        "runtime_environments: {python_packages: [{name: a, location: 'a*a*a*a*a*b'}]}",
        "runtime_environments: {python_packages: [{name: a, location: '(a|aa)*b'}]}",
        "runtime_environments: {rpm_packages: [{arch: x}]}",
        "dependencies: {dances: [x]}",
    ],
)
def test_wrong_conditions(tmp_path, include):
    assert problems_of(tmp_path, file_of(unit("Bad", "sieve", include=include, match=STEP)))


def test_wrong_files_do_not_keep_others_from_being_loaded(tmp_path):
    (tmp_path / "good.yaml").write_text(file_of(unit("Good", "sieve", match=STEP)))
    (tmp_path / "list.yaml").write_text("- 1")
    (tmp_path / "broken.yaml").write_text("units: [")
    (tmp_path / "kinds.yaml").write_text("units: {dances: [], sieves: {}}")
    (tmp_path / "types.yaml").write_text("units: {sieves: [{name: A, type: wrap, should_include: {}}, 7]}")
    (tmp_path / "empty.yaml").write_text("")
    found = load([tmp_path])
    assert [each.name for each in found.units] == ["rules.Good"]
    assert {problem.file for problem in found.problems} == {
        "list.yaml", "broken.yaml", "kinds.yaml", "types.yaml", "empty.yaml",
    }  # fmt: skip
    assert {problem.line for problem in found.problems if problem.file == "broken.yaml"} == {2}


def test_the_first_of_two_units_of_one_name_is_used(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(file_of(unit("Same", "sieve", match=STEP)))
    found = load([tmp_path])
    assert [each.file for each in found.units] == ["a.yaml"]
    assert [problem.message for problem in found.problems] == ["has the name of the unit at a.yaml:3, which is used"]


def test_nothing_there(tmp_path):
    with pytest.raises(NoSuchRules, match="cannot be read"):
        load([tmp_path / "nowhere"])
