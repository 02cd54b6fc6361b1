"""Advice on solutions from a few packages that are written down here."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from package_extract.resolver.advice.advising import advise
from package_extract.resolver.advice.catalogue import prebuilt_images, read_catalogue
from package_extract.resolver.advice.report_json import advice_data
from package_extract.resolver.advice.report_text import advice_text, explanation_text
from package_extract.resolver.advice.report_thoth import failure_report, thoth_report
from package_extract.resolver.advice.settings import assignments, container_file, install_line, kubernetes_patch
from package_extract.resolver.policy import Policy
from package_extract.resolver.rules.advisories import Advisories, Advisory
from package_extract.resolver.rules.environment import Circumstances, Environment
from package_extract.resolver.rules.index import index_in_memory
from package_extract.resolver.rules.opening import BUILT_IN, open_rules
from package_extract.resolver.rules.rule_set import RuleSet
from tests.package_extract.resolver.memory_source import MemorySource, request, target
from tests.package_extract.resolver.rules.writing import loaded, unit
from tests.whole_document import whole

DOCUMENT = whole({
    "schema_version": "1",
    "image": {"reference": "registry.test/app:1", "platform": {"os": "linux", "architecture": "amd64"}, "layers": []},
    "results": {"os_release": {"id": "debian", "version_id": "12"},
                "dpkg": {"packages": [{"name": "bash", "version": "5.2", "installed": True}]}},
    "problems": [], "run": {},
})  # fmt: skip
TORCH = "state: {resolved_dependencies: [{name: torch}]}"
THREADS = unit(
    "Threads", "wrap", match=TORCH,
    run="justification: [{type: WARNING, message: set it, link: threads}]\n"
        "advised_manifest_changes: [[{apiVersion: apps/v1, kind: Deployment, patch: {op: 'add,', path: /x/-, "
        "value: {name: OMP_NUM_THREADS, value: '1'}}}]]",
)  # fmt: skip
NOTES = unit("Notes", "wrap.GHReleaseNotes", match=TORCH, include="times: 0",
             run="release_notes: {organization: pytorch, repository: pytorch, tag_version_prefix: v}")  # fmt: skip
IMAGE = unit("Image", "boot", match="[{package_name: torch}, {package_name: opencv-python}]",
             include="adviser_pipeline: true\nruntime_environments: {base_images: {not: [cv]}}",
             run="stack_info: [{type: INFO, message: consider the image cv, link: 'https://cv.test'}]")  # fmt: skip
NEEDS = unit("Needs", "wrap", match="state: {resolved_dependencies: [{name: gitpython, version: '>=3'}]}",
             include="adviser_pipeline: true\nruntime_environments: {rpm_packages: {not: [{package_name: git}]}}",
             run="justification: [{type: ERROR, message: it runs git}]")  # fmt: skip
RELEASES = {"torch 2": ["numpy"], "numpy 1": [], "gitpython 3": [], "gitpython 2": [], "opencv-python 4": []}


def advice_on(tmp_path, units, *requirements, releases=None, document=DOCUMENT, advisories=None, index=None, **how):
    rules = RuleSet((index or index_in_memory(loaded(tmp_path, *units)),), advisories=advisories, **how)
    source = releases if isinstance(releases, MemorySource) else MemorySource(releases or RELEASES)
    image = replace(target(), document=document)
    return advise(request(*requirements), image, source=source, policy=Policy(verify_budget=0), rules=rules)


def test_environment_variables_and_a_slip_in_them(tmp_path):
    guidance = advice_on(tmp_path, [THREADS], "torch").guidance
    assert guidance.environment_variables == {"OMP_NUM_THREADS": "1"}
    (note,) = guidance.of("torch")
    assert (note.severity, note.message, note.rule, note.file) == ("WARNING", "set it", "rules.Threads", "rules.yaml:3")
    assert note.link.endswith("/threads")
    assert advice_on(tmp_path, [THREADS], "numpy").guidance.environment_variables == {}


@pytest.mark.parametrize("form", ["{}", "[{}]", "[[{}]]"])
def test_changes_of_manifests_as_they_are_written(tmp_path, form):
    change = "{kind: DeploymentConfig, patch: {op: add, path: /x, value: {name: A, value: '1'}}}"
    run = f"advised_manifest_changes: {form.replace('{}', change)}"
    guidance = advice_on(tmp_path, [unit("Changes", "wrap", match=TORCH, run=run)], "torch").guidance
    assert guidance.environment_variables == {"A": "1"}
    assert [[change["kind"] for change in changes] for changes in guidance.manifest_changes] == [["DeploymentConfig"]]


def test_prebuilt_images_for_what_is_required_directly(tmp_path):
    assert [note.message for note in advice_on(tmp_path, [IMAGE], "opencv-python").guidance.of_the_stack] == [
        "consider the image cv"
    ]
    assert not advice_on(tmp_path, [IMAGE], "numpy").guidance.notes
    own = {**DOCUMENT, "image": {**DOCUMENT["image"], "reference": "cv:3"}}
    assert not advice_on(tmp_path, [IMAGE], "torch", document=own).guidance.notes


def test_packages_of_the_system(tmp_path):
    advice = advice_on(tmp_path, [NEEDS], "gitpython")
    assert advice.guidance.system_packages == ["git"]
    (note,) = advice.guidance.of("gitpython")
    assert note.evidence == ("git is not in the image",)
    assert not advice_on(tmp_path, [NEEDS], "gitpython<3").guidance.notes
    there = {**DOCUMENT, "results": {"dpkg": {"packages": [{"name": "git", "version": "1", "installed": True}]}}}
    assert not advice_on(tmp_path, [NEEDS], "gitpython", document=there).guidance.notes


def test_plain_facts_only_if_asked_for(tmp_path):
    assert not advice_on(tmp_path, [NOTES], "torch").guidance.notes
    (note,) = advice_on(tmp_path, [NOTES], "torch", info=True).guidance.notes
    assert note.link == "https://github.com/pytorch/pytorch/releases/tag/v2"


def test_every_rule_speaks_once(tmp_path):
    match = "- state: {resolved_dependencies: [{name: torch}]}\n- state: {resolved_dependencies: [{name: numpy}]}"
    twice = unit("Twice", "wrap", match=match, run="justification: [{type: WARNING, message: m}]")
    assert len(advice_on(tmp_path, [twice], "torch").guidance.notes) == 1


def test_rules_that_are_switched_off(tmp_path):
    assert not advice_on(tmp_path, [THREADS], "torch", disabled=frozenset({"Threads"})).guidance.notes
    advice = advice_on(tmp_path, [THREADS], "torch", disabled=frozenset({"rules.Threads"}))
    assert advice.explain().skipped == {"rules.Threads": "switched off"}


def test_what_became_of_every_rule(tmp_path):
    units = [
        THREADS, NOTES, IMAGE, NEEDS,
        unit("Dead", "sieve", match="package_version: {name: torch}", include="times: 1"),
        unit("Elsewhere", "boot", run="not_acceptable: x",
             include="adviser_pipeline: true\nruntime_environments: {base_images: [other]}"),
        unit("Fedora", "wrap", match=TORCH, run="log: {type: WARNING, message: m}",
             include="adviser_pipeline: true\nruntime_environments: {operating_systems: [{name: fedora}]}"),
        unit("Cuda", "sieve", match="package_version: {name: torch}",
             include="adviser_pipeline: true\nruntime_environments: {cuda_version: '>1'}"),
        unit("Skip", "sieve.SkipPackage", match="package_name: numpy"),
    ]  # fmt: skip
    explanation = advice_on(tmp_path, units, "torch").explain()
    assert {*explanation.evaluated} == {"rules.Threads", "rules.Image"}
    assert {name.removeprefix("rules."): reason.partition(":")[0] for name, reason in explanation.skipped.items()} == {
        "Notes": "only tells a fact, and those were not asked for",
        "Needs": "about packages that are not in the solution",
        "Dead": "enabled for no pipeline",
        "Elsewhere": "for another image",
        "Fedora": "for another operating system",
        "Cuda": "cuda_version",
        "Skip": "leaves out a dependency, which is done only on request",
    }
    assert sum(explanation.counts().values()) == len(units)
    assert explanation_text(explanation).startswith("9 rules:\n")


def test_dependencies_that_are_left_out_are_told(tmp_path):
    skip = unit("Skip", "sieve.SkipPackage", match="package_name: numpy", run="log: {type: INFO, message: not needed}")
    advice = advice_on(tmp_path, [skip], "torch", skip_packages=True)
    assert advice.answer.pins == {"torch": "2"}
    assert "torch asks for numpy, which a rule leaves out: not needed" in advice_text(advice)


def test_alternatives_of_pseudonyms(tmp_path):
    offer = unit("P", "pseudonym", match="package_version: {name: torch}",
                 run="yield: {yield_matched_version: true, package_version: {name: torch-cpu}}")  # fmt: skip
    assert advice_on(tmp_path, [offer], "torch").guidance.alternatives == ["torch -> torch-cpu==2"]
    assert advice_on(tmp_path, [offer], "numpy").guidance.alternatives == []
    releases = {"torch 2": ["absent"], "torch-cpu 2": []}
    taken = advice_on(tmp_path, [offer], "torch", releases=releases, alternatives=True)
    assert taken.answer.pins == {"torch-cpu": "2"}
    assert taken.guidance.alternatives == []


def test_a_sieve_speaks_only_if_it_left_out_something_newer(tmp_path):
    sieve = unit("Old", "sieve", match="package_version: {name: gitpython, version: RANGE}",
                 run="stack_info: [{type: WARNING, message: that one is broken}]")  # fmt: skip
    for version, expected in (("<3", 0), (">2", 1)):
        one = (sieve[0], sieve[1].replace("RANGE", f"'{version}'"))
        assert len(advice_on(tmp_path, [one], "gitpython").guidance.notes) == expected


def test_findings_in_an_image_are_told_as_old(tmp_path):
    finding = unit("Found", "boot", run="stack_info: [{type: WARNING, message: has CVE-2021-3609}]",
                   include="adviser_pipeline: true\nruntime_environments: {base_images: ['registry.test/app:1']}")  # fmt: skip
    advice = advice_on(tmp_path, [finding], "torch")
    assert [note.stale for note in advice.guidance.notes] == [True]
    assert "stale data: found when the rule was written" in advice_text(advice)
    assert json.loads(json.dumps(advice_data(advice)))["guidance"]["notes"][0]["stale"] is True


def test_scores_of_combinations_in_the_report(tmp_path):
    good = unit("Good", "step.Group", run="score: 0.5",
                match="group: [{package_version: {name: torch, version: '>1'}}, {package_version: {name: numpy}}]")  # fmt: skip
    advice = advice_on(tmp_path, [good], "torch")
    product = thoth_report(advice, request("torch"), "https://pypi.org/simple", "0")["result"]["report"]["products"][0]
    assert product["score"] == 0.5


def test_vulnerabilities_are_told(tmp_path):
    known = Advisories([("numpy", Advisory("OSV-1", "bad", "https://x.test", frozenset({"1"}), ()))])
    advice = advice_on(tmp_path, [THREADS], "torch", advisories=known)
    assert [note.message for note in advice.guidance.of("numpy")] == ["it is vulnerable: OSV-1 bad"]


def test_the_classic_cases_with_the_rules_of_the_package(tmp_path):
    releases = RELEASES | {"flask-openid 1.2": ["setuptools"], "setuptools 57": [], "setuptools 80": []}
    index = open_rules(BUILT_IN)
    advice = advice_on(
        tmp_path, [], "torch", "gitpython", "opencv-python", "flask-openid", releases=releases, index=index
    )
    assert advice.answer.pins["setuptools"] == "57"
    assert advice.guidance.environment_variables == {"OMP_NUM_THREADS": "1"}
    assert {*advice.guidance.system_packages} == {"git", "libgl1", "libglib2.0-0"}
    said = " ".join(note.message for note in advice.guidance.notes)
    assert "pytorch/pytorch" in said
    assert "opencv-python-headless" in said
    assert "download.pytorch.org/whl/cpu" in said
    assert len(advice.explain().evaluated) + len(advice.explain().skipped) == len(index)


def test_onednn(tmp_path):
    index = open_rules(BUILT_IN)
    advice = advice_on(tmp_path, [], "tensorflow", releases={"tensorflow 2.7": []}, index=index)
    assert advice.guidance.environment_variables == {"TF_ENABLE_ONEDNN_OPTS": "1"}


def test_numpy_2_and_wheels_for_numpy_1(tmp_path):
    releases = {"pandas 2.1": ["numpy"], "pandas 2.3": ["numpy>=1.2"], "numpy 1.26": [], "numpy 2.1": []}
    index = open_rules(BUILT_IN)
    assert advice_on(tmp_path, [], "pandas<2.2", releases=releases, index=index).answer.pins["numpy"] == "1.26"
    assert advice_on(tmp_path, [], "pandas", releases=releases, index=index).answer.pins["numpy"] == "2.1"


def full(tmp_path):
    return advice_on(tmp_path, [THREADS, IMAGE, NEEDS, NOTES], "torch", "gitpython", info=True)


def test_text_for_people(tmp_path):
    text = advice_text(full(tmp_path))
    assert "+ torch" in text
    assert "!! gitpython: it runs git\n     because git is not in the image\n     rule rules.Needs\n" in text
    assert 'ENV OMP_NUM_THREADS="1"' in text
    assert "apt-get update && apt-get install -y --no-install-recommends git" in text
    assert text.index("it runs git") < text.index("set it") < text.index("consider the image")


def test_json_for_machines(tmp_path):
    data = json.loads(json.dumps(advice_data(full(tmp_path), explain=True)))
    guidance = data["guidance"]
    assert guidance["environment_variables"]["env_file"] == "OMP_NUM_THREADS=1\n"
    assert guidance["environment_variables"]["containerfile"] == 'ENV OMP_NUM_THREADS="1"\n'
    containers = guidance["environment_variables"]["kubernetes_patch"]["spec"]["template"]["spec"]["containers"]
    assert containers == [{"name": "app", "env": [{"name": "OMP_NUM_THREADS", "value": "1"}]}]
    assert guidance["system_packages"]["names"] == ["git"]
    assert {note["rule"] for note in guidance["notes"]} == {
        "rules.Threads",
        "rules.Image",
        "rules.Needs",
        "rules.Notes",
    }
    assert data["rules"]["counts"]["conditions hold"] == 4


def test_the_shape_of_thoths_adviser(tmp_path):
    advice = full(tmp_path)
    asked = request("torch>=1", "gitpython[x]; python_version > '3'")
    document = json.loads(json.dumps(thoth_report(advice, asked, "https://pypi.org/simple", "0")))
    report = document["result"]["report"]
    (product,) = report["products"]
    assert (document["result"]["error"], document["result"]["error_msg"]) == (False, None)
    assert product["project"]["requirements"]["packages"]["torch"] == ">=1"
    assert product["project"]["requirements_locked"]["default"]["torch"]["version"] == "==2"
    assert product["dependency_graph"] == {"nodes": ["gitpython", "numpy", "torch"], "edges": [[2, 1]]}
    assert {each["package_name"] for each in product["justification"]} == {"gitpython", "numpy", "torch"}
    assert product["advised_manifest_changes"][0][0]["kind"] == "Deployment"
    assert [each["message"] for each in report["stack_info"]] == ["consider the image cv"]
    assert product["project"]["runtime_environment"]["operating_system"] == {"name": "debian", "version": "12"}
    failed = failure_report("no", "0", "latest")["result"]
    assert (failed["error"], failed["report"]["ERROR"]) == (True, "no")


def test_settings_in_other_words():
    values = {"B": 'say "x"', "A": "1"}
    assert assignments(values) == 'A=1\nB=say "x"\n'
    assert container_file(values) == 'ENV A="1"\nENV B="say \\"x\\""\n'
    assert kubernetes_patch({})["spec"]["template"]["spec"]["containers"] == [{"name": "app", "env": []}]
    assert install_line(["b", "a"], Environment(system=("fedora", "41"))) == "dnf install -y a b"
    assert install_line(["a"], Environment(system=("alpine", "3.20"))) == "apk add --no-cache a"


def test_images_of_a_catalogue(tmp_path):
    def shipping(name, *titles):
        packages = [
            {"normalized_name": each.split()[0], "version": each.split()[1], "location": "x"} for each in titles
        ]
        found = {"python_packages": {"environments": [{"packages": packages}]}}
        document = {**DOCUMENT, "image": {**DOCUMENT["image"], "reference": name}, "results": found}
        (tmp_path / f"{name}.json").write_text(json.dumps(whole(document)))

    shipping("old", "torch 1")
    shipping("both", "torch 2", "numpy 1")
    shipping("one", "torch 2")
    found = prebuilt_images(read_catalogue([tmp_path]), request("torch>=2", "numpy"))
    assert [(each.image, each.ships, each.lacks) for each in found] == [
        ("both", ("numpy 1", "torch 2"), ()), ("one", ("torch 2",), ("numpy",)),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["latest", "stable", "performance", "security", "testing"])
def test_kinds_of_recommendations(tmp_path, kind):
    only = unit("Only", "wrap", match=TORCH, run="justification: [{type: WARNING, message: m}]",
                include="adviser_pipeline: true\nrecommendation_types: [KIND]".replace("KIND", kind))  # fmt: skip
    advice = advice_on(tmp_path, [only], "torch", circumstances=Circumstances(recommendation_type=kind))
    assert len(advice.guidance.notes) == 1
