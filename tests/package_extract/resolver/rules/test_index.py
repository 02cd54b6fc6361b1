from __future__ import annotations

import os
import sqlite3
import subprocess
import sys

import pytest

from package_extract.resolver.rules.compiling import compile_rules
from package_extract.resolver.rules.errors import InvalidIndex, NoSuchRules, RulesError
from package_extract.resolver.rules.index import RuleIndex
from package_extract.resolver.rules.keys import ADVICE, INFO, NEVER, SOLVE, gates, phase_of
from package_extract.resolver.rules.opening import BUILT_IN, open_rules
from package_extract.resolver.rules.staleness import is_current, is_stale
from tests.package_extract.resolver.rules.writing import file_of, loaded, unit

WRAP = "state: {resolved_dependencies: [{name: %s}]}"
INFORMS = "justification: [{type: INFO, message: m}]"
WARNS = "justification: [{type: WARNING, message: m}]"


def write(path, *units):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file_of(*units))


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
    write(root / "a" / "one.yaml", unit("Sieve", "sieve", match="package_version: {name: a}"))
    write(
        root / "two.yaml",
        unit("Warns", "wrap", match=WRAP % "b", run=WARNS),
        unit("Informs", "wrap", match=WRAP % "b", run=INFORMS),
        unit("Image", "boot", run="not_acceptable: 'no'",
             include="adviser_pipeline: true\nruntime_environments: {base_images: ['r.test/base:v1', other]}"),
        unit("Dead", "sieve", match="package_version: {name: a}", include="times: 1"),
    )  # fmt: skip
    write(root / "bad.yaml", unit("Bad", "step", match="package_version: {name: a}", run="score: x"))
    return root


def test_only_what_is_asked_for_is_loaded(tree, tmp_path):
    compiled = compile_rules(tree, tmp_path / "index")
    assert (compiled.files, compiled.units, [each.unit for each in compiled.problems]) == (3, 5, ["Bad"])
    index = RuleIndex.open(tmp_path / "index")

    def names(*asked):
        return [each.name for each in index.units(*asked)]

    assert names(["a"], [SOLVE], [""]) == ["rules.Sieve"]
    assert names(["a"], [SOLVE], ["", NEVER]) == ["rules.Sieve", "rules.Dead"]
    assert names(["b", "a", ""], [ADVICE], [""]) == ["rules.Warns"]
    assert {*names(["b"], [ADVICE, INFO], [""])} == {"rules.Warns", "rules.Informs"}
    assert [each.name for each in index.all_units(SOLVE, ["", "image:base"])] == ["rules.Sieve", "rules.Image"]
    assert [each.name for each in index.all_units(SOLVE, ["", "image:nothing"])] == ["rules.Sieve"]
    (sieve,) = index.units(["a"], [SOLVE], [""])
    assert sieve == loaded(tmp_path, unit("Sieve", "sieve", match="package_version: {name: a}"))[0]._replace(
        file="a/one.yaml"
    )
    index.close()


def test_more_packages_than_a_query_takes(tree, tmp_path):
    compile_rules(tree, tmp_path / "index")
    names = [f"p{number}" for number in range(3_000)] + ["a"]
    assert [each.name for each in RuleIndex.open(tmp_path / "index").units(names, [SOLVE], [""])] == ["rules.Sieve"]


def test_several_processes_make_the_same_index(tmp_path, monkeypatch):
    root = tmp_path / "tree"
    for number in range(30):
        write(root / f"f{number:02}.yaml", unit(f"U{number}", "sieve", match=f"package_version: {{name: p{number}}}"))
    compile_rules(root, tmp_path / "one")
    monkeypatch.setattr("package_extract.resolver.rules.compiling._ALONE", 10)
    monkeypatch.setattr("package_extract.resolver.rules.compiling._TOGETHER", 7)
    compile_rules(root, tmp_path / "two", jobs=2)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_stale_index_is_noticed(tree, tmp_path):
    target = tmp_path / "index"
    assert not is_current(target, tree)
    compile_rules(tree, target)
    assert is_current(target, tree)
    assert not is_current(target, tree / "a")
    file = tree / "a" / "one.yaml"
    status = file.stat()
    file.write_text(file.read_text().replace("name: a", "name: z"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert is_stale(RuleIndex.open(target))
    compile_rules(tree, target)
    assert is_current(target, tree)
    file.unlink()
    assert not is_current(target, tree)


def test_an_index_whose_rules_are_gone_stands_for_itself(tree, tmp_path):
    compile_rules(tree, tmp_path / "index")
    tree.rename(tmp_path / "elsewhere")
    assert not is_stale(RuleIndex.open(tmp_path / "index"))


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + b"\0" * 4_000])
def test_files_that_are_no_index(tmp_path, content):
    (tmp_path / "index").write_bytes(content)
    with pytest.raises(InvalidIndex):
        RuleIndex.open(tmp_path / "index")


def test_a_schema_that_is_no_text(tree, tmp_path):
    target = tmp_path / "index"
    compile_rules(tree, target)
    target.write_bytes(target.read_bytes().replace(b"CREATE TABLE about", b"CREATE \x98ABLE about"))
    with pytest.raises(InvalidIndex, match="no index of rules"):
        RuleIndex.open(target)


def test_an_index_of_another_version_or_with_damage(tree, tmp_path):
    target = tmp_path / "index"
    compile_rules(tree, target)
    with sqlite3.connect(target) as connection:
        connection.execute("UPDATE unit SET body = '[1'")
    connection.close()
    with pytest.raises(InvalidIndex, match="is damaged at rules"):
        RuleIndex.open(target).units(["a"], [SOLVE], [""])
    with sqlite3.connect(target) as connection:
        connection.execute("UPDATE about SET value = '0' WHERE key = 'format'")
    connection.close()
    with pytest.raises(InvalidIndex, match="another version"):
        RuleIndex.open(target)


def test_nothing_half_written_is_left(tree, tmp_path):
    with pytest.raises(RulesError, match="cannot be written"):
        compile_rules(tree, tmp_path / "no" / "index")
    with pytest.raises(NoSuchRules):
        compile_rules(tmp_path / "nowhere", tmp_path / "index")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["tree"]


def test_what_is_compiled_is_kept_until_the_rules_change(tree, tmp_path):
    cache = tmp_path / "cache"
    assert len(open_rules(tree, cache_dir=cache)) == 5
    (kept,) = cache.iterdir()
    before = kept.stat().st_ino
    assert len(open_rules(tree, cache_dir=cache)) == 5
    assert kept.stat().st_ino == before
    (tree / "two.yaml").unlink()
    assert len(open_rules(tree, cache_dir=cache)) == 1
    assert len(open_rules(kept)) == 1
    kept.write_bytes(b"SQLite format 3\0 not really")
    assert len(open_rules(tree, cache_dir=cache)) == 1


def test_without_a_place_to_keep_it(tree, tmp_path):
    (tmp_path / "file").write_text("")
    assert len(open_rules(tree)) == len(open_rules(tree, cache_dir=tmp_path / "file")) == 5
    with pytest.raises(NoSuchRules):
        open_rules(tmp_path / "nowhere")


def test_conditions_that_an_index_looks_up(tmp_path):
    def gate(include):
        (one,) = loaded(tmp_path, unit("X", "sieve", match="package_version: {name: a}", include=include))
        return gates(one)

    assert gate("adviser_pipeline: true") == [""]
    assert gate("dependency_monkey_pipeline: true") == [""]
    assert gate("adviser_pipeline: false") == [NEVER]
    assert gate("{adviser_pipeline: true, times: 0}") == [NEVER]
    where = "adviser_pipeline: true\nruntime_environments: "
    assert gate(where + "{base_images: [null, 'r:5000/x/b:1', 'b@sha256:0']}") == ["image:", "image:b"]
    assert gate(where + "{base_images: {not: [a]}}") == [""]
    assert gate(where + "{operating_systems: [{name: rhel, version: '8'}, {name: ubi}]}") == ["os:rhel", "os:ubi"]
    assert gate(where + "{operating_systems: [{version: '8'}]}") == [""]


def test_moments_at_which_units_are_asked(tmp_path):
    def phase(kind, match, run):
        (one,) = loaded(tmp_path, unit("X", kind, match=match, run=run))
        return phase_of(one)

    assert phase("boot", None, "not_acceptable: 'no'") == SOLVE
    assert phase("boot", "package_name: a", "stack_info: [{type: INFO, message: m}]") == ADVICE
    assert phase("boot", None, "stack_info: [{type: INFO, message: m}]") == INFO
    assert phase("wrap", WRAP % "a", INFORMS) == INFO
    assert phase("wrap", WRAP % "a", WARNS) == ADVICE
    assert phase("wrap", WRAP % "a", INFORMS + "\nadvised_manifest_changes: [[{apiVersion: v1, kind: X}]]") == ADVICE


def test_the_rules_of_the_package_are_good():
    index = open_rules(BUILT_IN)
    assert not index.problems()
    assert len(index) > 50


def test_yaml_is_not_imported_while_what_was_compiled_is_current(tmp_path):
    open_rules(BUILT_IN, cache_dir=tmp_path)
    script = (
        "import sys; from pathlib import Path; from package_extract.resolver.rules.opening import BUILT_IN, open_rules; "
        "print(len(open_rules(BUILT_IN, cache_dir=Path(sys.argv[1]))), 'yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.endswith(" False\n")


def test_of_a_large_collection_only_directories_are_looked_at(tree, tmp_path, monkeypatch):
    monkeypatch.setattr("package_extract.resolver.rules.staleness.MOST_FILES", 1)
    compile_rules(tree, tmp_path / "index")
    index = RuleIndex.open(tmp_path / "index")
    assert not is_stale(index)
    with (tree / "a" / "one.yaml").open("a") as file:
        file.write("# in place\n")
    assert not is_stale(index)
    assert is_stale(index, thorough=True)
    os.utime(tree / "a", ns=(0, 0))
    assert is_stale(index)
    (tree / "a" / "one.yaml").unlink()
    (tree / "a").rmdir()
    assert is_stale(index)
