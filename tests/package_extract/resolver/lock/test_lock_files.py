"""Lock files, read back by those who define them."""

from __future__ import annotations

import json
import tomllib

import pytest
from msgspec.structs import replace
from packaging.pylock import Pylock
from packaging.requirements import Requirement
from packaging.tags import Tag

from package_extract.resolver.errors import NoHash
from package_extract.resolver.lock.pipfile_lock import pipfile_lock
from package_extract.resolver.lock.pylock import pylock_toml
from package_extract.resolver.lock.requirements_txt import constraints_txt, requirements_txt
from package_extract.resolver.lock.toml_text import toml_text
from tests.package_extract.resolver.memory_source import Release, distribution, solve, target

TAGS = ("cp311-cp311-manylinux_2_17_x86_64", "py3-none-any", "cp311-cp311-win_amd64")


@pytest.fixture
def environment():
    releases = {"app 1": ["lib[x]", "kept"], "lib 2.0": Release("more; extra == 'x'", tags=TAGS, extras=("x",))}
    image = target(distribution("kept 3"), distribution("other 4"))
    return solve(releases | {"more 1": [], "kept 3": []}, "app", image=image).environment


def hashes(environment, name):
    (pin,) = (each for each in environment.pins if each.name == name)
    return [file.hashes["sha256"] for file in (pin.file, *pin.alternatives)]


def test_requirements_with_the_hash_of_the_best_wheel(environment):
    text = requirements_txt(environment)
    assert f"lib==2.0 \\\n    --hash=sha256:{hashes(environment, 'lib')[0]}\n    # via app 1 (lib[x])\n" in text
    assert "kept" not in text


def test_requirements_with_all_hashes_or_none(environment):
    both = hashes(environment, "lib")
    assert len(both) == 2
    assert all(digest in requirements_txt(environment, all_files=True) for digest in both)
    assert "--hash" not in requirements_txt(environment, hashes=False)


def test_what_stays_as_constraints(environment):
    assert constraints_txt(environment) == "kept==3\nother==4\n"


def test_what_stays_may_have_a_version_of_its_own_kind():
    image = target(distribution("distro-info 0.23ubuntu1"), distribution("kept 1.0"))
    text = constraints_txt(solve({"kept 1.0": []}, "kept", image=image).environment)
    assert text == "distro-info===0.23ubuntu1\nkept==1.0\n"
    assert all(Requirement(line) for line in text.splitlines())


def test_a_comment_is_one_line(environment):
    odd = replace(
        environment, target=replace(environment.target, image="a\u2028evil==1\x85--index-url https://a.example")
    )
    pins = tuple(replace(pin, required_by=("app 1 (lib\x0bevil==1)",)) for pin in odd.pins)
    lines = requirements_txt(replace(odd, pins=pins)).splitlines()
    assert not [line for line in lines if line.lstrip().startswith(("evil", "--index-url"))]


def test_pylock_selects_what_was_chosen(environment):
    data = tomllib.loads(pylock_toml(environment))
    lock = Pylock.from_dict(data)
    lock.validate()
    tags = [Tag(*tag.split("-")) for tag in environment.target.tags]
    selected = {
        package.name: artifact.name
        for package, artifact in lock.select(environment=dict(environment.target.markers), tags=tags)
    }
    assert selected == {pin.name: pin.file.filename for pin in environment.to_install}
    assert data["tool"]["package-extract"]["already-installed"] == ["kept==3"]


def test_pipfile_lock(environment):
    lock = json.loads(pipfile_lock(environment, ["app==1"], "https://index.test/simple/"))
    assert [each["name"] for each in lock["_meta"]["sources"]] == ["index"]
    assert {name: entry.get("index") for name, entry in lock["default"].items()} == {
        "app": "index",
        "lib": None,
        "more": None,
    }
    assert sorted(lock["default"]) == ["app", "lib", "more"]
    assert lock["default"]["lib"]["version"] == "==2.0"
    assert lock["default"]["lib"]["extras"] == ["x"]
    assert len(lock["default"]["lib"]["hashes"]) == 2
    assert lock["_meta"]["pipfile-spec"] == 6


def test_pipfile_lock_of_several_indexes(environment):
    lock = json.loads(pipfile_lock(environment, ["app==1"], "https://main.test/simple"))
    assert [(each["name"], each["url"]) for each in lock["_meta"]["sources"]] == [
        ("index", "https://main.test/simple"),
        ("index-2", "https://index.test/simple"),
    ]
    assert {entry["index"] for entry in lock["default"].values()} == {"index-2"}


def test_no_hash_no_lock(environment):
    pins = tuple(replace(pin, file=replace(pin.file, hashes={})) if pin.file else pin for pin in environment.pins)
    bare = replace(environment, pins=pins)
    for write in (requirements_txt, pylock_toml):
        with pytest.raises(NoHash, match="the index tells no hash of"):
            write(bare)


def test_toml_is_read_back_as_it_was():
    data = {
        "a": 'q"\\\n\x7f é',
        "b": [1, True, 2.5],
        "c d": {"e": {"f": ["x"]}},
        "g": [{"h": "i", "j": [{"k": 1}]}, {"h": "l"}],
    }
    assert tomllib.loads(toml_text(data)) == data
