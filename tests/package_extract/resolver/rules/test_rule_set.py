"""Rules in use, from the library."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from package_extract import resolve
from package_extract.resolver.errors import NoSolution
from package_extract.resolver.index.options import IndexOptions
from package_extract.resolver.policy import Policy
from package_extract.resolver.request_file import read_request_file
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.rules.advisories import read_advisories
from package_extract.resolver.rules.environment import Circumstances
from package_extract.resolver.rules.rule_set import rule_set
from tests.package_extract.cli.test_rules_commands import DOCUMENT
from tests.package_extract.resolver.memory_source import MemorySource, target
from tests.package_extract.resolver.rules.writing import file_of, unit

DOCKER = {"docker 7.0": ["requests"], "requests 2.31": [], "requests 2.33": []}
NOT_ON_DEBIAN = unit(
    "NotOnDebian", "sieve", match="package_version: {name: requests, version: '>2.32'}",
    include="adviser_pipeline: true\nruntime_environments: {operating_systems: [{name: debian}]}",
    run="log: {type: ERROR, message: not on Debian}",
)  # fmt: skip


def found(rules, image=None, releases=DOCKER, asked="docker"):
    answer = resolve(
        [asked], image or target(), source=MemorySource(releases), policy=Policy(verify_budget=0), rules=rules
    )
    return answer.pins


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own.yaml").write_text(file_of(NOT_ON_DEBIAN))
    return tmp_path / "own.yaml"


def test_the_rules_of_the_package_are_asked_unless_switched_off():
    source = MemorySource(DOCKER)
    assert resolve(["docker"], target(), source=source).pins["requests"] == "2.31"
    assert found(None)["requests"] == "2.33"
    assert found(rule_set(disabled=frozenset({"DockerRequests232"})))["requests"] == "2.33"
    assert found(rule_set(built_in=False))["requests"] == "2.33"


def test_conditions_are_those_of_the_image(own):
    rules = rule_set(own, built_in=False)
    assert found(rules)["requests"] == "2.33"
    assert found(rules, DOCUMENT)["requests"] == "2.31"
    fedora = {**DOCUMENT, "results": {**DOCUMENT["results"], "os_release": {"id": "fedora", "version_id": "42"}}}
    assert found(rules, fedora)["requests"] == "2.33"


def test_each_image_of_a_request_has_its_own(own, tmp_path):
    (tmp_path / "app.json").write_text(json.dumps(DOCUMENT))
    (tmp_path / "request.toml").write_text(
        "[images.app]\ndocument = 'app.json'\nrequirements = ['docker']\n"
        "[images.none]\ntarget = 'cpython 3.11 glibc 2.28 x86_64'\nrequirements = ['docker']\n"
    )
    policy = Policy(verify_budget=0)
    scopes, _ = read_request_file(str(tmp_path / "request.toml"), policy)
    rules = rule_set(own, built_in=False).for_solver()
    app, none = resolve_scopes(scopes, MemorySource(DOCKER), policy, rules).environments
    assert [pin.version for pin in app.pins] == ["7.0", "2.31"]
    assert [pin.version for pin in none.pins] == ["7.0", "2.33"]
    explained = {label: rules.explain(label, advice=False).counts() for label in ("app", "none")}
    assert explained["app"]["conditions hold"] == 1
    assert explained["none"]["for another operating system"] == 1


def test_one_set_for_several_images_in_turn(own):
    rules = rule_set(own, built_in=False).for_solver()
    first, second = target(), replace(target(), document=DOCUMENT)
    for image, expected in ((first, "2.33"), (second, "2.31"), (first, "2.33")):
        answer = resolve(["docker"], image, source=MemorySource(DOCKER), rules=rules)
        assert answer.pins["requests"] == expected


def test_where_packages_come_from_is_known_to_rules(tmp_path):
    (tmp_path / "r.yaml").write_text(
        file_of(
            unit("X", "sieve", match="package_version: {name: a, version: ==2, index_url: 'https://one.test/simple'}")
        )
    )
    rules = rule_set(tmp_path / "r.yaml", built_in=False)
    for address, expected in (("https://one.test/simple/", 1), ("https://two.test/simple", 0)):
        solver_rules = rules.for_solver(IndexOptions(index_url=address))
        solver_rules.begin(target(), "")
        assert len(solver_rules.effects[""].forbidden) == expected


@pytest.mark.parametrize("how", [{"disabled": frozenset({"CVE-1"})}, {"circumstances": "label"}])
def test_advisories_can_be_switched_off(tmp_path, how):
    record = {
        "id": "OSV-1", "aliases": ["CVE-1"], "summary": "bad",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "requests"}, "versions": ["2.33"]}],
    }  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(record))
    security = Circumstances(recommendation_type="security")
    rules = rule_set(built_in=False, advisories=read_advisories(tmp_path / "a.json"), circumstances=security)
    assert found(rules)["requests"] == "2.31"
    with pytest.raises(NoSolution, match="it is vulnerable: OSV-1 bad"):
        found(rules, asked="requests>2.32")
    if "circumstances" in how:
        how = {"circumstances": security._replace(labels={"allow-cve": "CVE-2,CVE-1"})}
    assert found(replace(rules, **how))["requests"] == "2.33"
