from __future__ import annotations

import pytest

from package_extract.resolver.rules.errors import NoSuchRules
from package_extract.resolver.rules.linting import lint
from package_extract.resolver.rules.opening import BUILT_IN
from tests.package_extract.resolver.rules.writing import file_of, unit

A = "package_version: {name: a}"
PATCH = "advised_manifest_changes: [[{apiVersion: v1, kind: D, patch: %s}]]"


def found(tmp_path, *units):
    (tmp_path / "x.yaml").write_text(file_of(*units))
    return [(finding.code, finding.severity) for finding in lint([tmp_path])]


def where(condition):
    return f"adviser_pipeline: true\nruntime_environments: {{{condition}}}"


GOOD = [
    unit("A", "sieve", match="package_version: {name: a, version: '<1'}"),
    unit("A", "wrap", run=PATCH % "{op: add, path: /a, value: 1}"),
    unit("A", "sieve", match=A, include=where("rpm_packages: {not: [{package_name: git}]}")),
    unit("A", "sieve", match="package_version: {name: a, version: '<1.3'}",
         include=where("python_packages: [{name: b, version: '>=58'}]"),
         run="log: {type: WARNING, message: 'not with b>=58.0.0'}"),
]  # fmt: skip

BAD = [
    ("unsatisfiable", "error", unit("A", "sieve", match="package_version: {name: a, version: '<1.5,>1.12'}")),
    ("unsatisfiable", "error", unit("A", "wrap", run="log: {type: INFO, message: m}",
                                    match="state: {resolved_dependencies: [{name: a, version: '>2.4.0,<2.4.0'}]}")),
    ("unsatisfiable", "error", unit("A", "sieve", match="package_version: {name: a, version: <1}",
                                    include=where("cuda_version: '<9,>10'"))),
    ("never-enabled", "error", unit("A", "sieve", match="package_version: {name: a, version: <1}", include="labels: {a: b}")),
    ("never-enabled", "warning", unit("A", "sieve", match="package_version: {name: a, version: <1}",
                                      include="{adviser_pipeline: true, times: 0}")),
    ("never-enabled", "error", unit("A", "sieve", match="package_version: {name: a, version: <1}",
                                    include="{adviser_pipeline: true, recommendation_types: []}")),
    ("inverted", "error", unit("A", "sieve", match="package_version: {name: a, version: <1.3}",
                               include=where("python_packages: [{name: b, version: <58.0.0}]"),
                               run="log: {type: WARNING, message: 'does not work with b >=58'}")),
    ("over-broad", "warning", unit("A", "sieve", match=A, include=where("python_packages: [{name: b}]"))),
    ("over-broad", "warning", unit("A", "sieve", match=A)),
    ("over-broad", "error", unit("A", "sieve", match="package_version: {}")),
    ("patch", "error", unit("A", "wrap", run=PATCH % "{op: 'add,', path: /a, value: 1}")),
    ("patch", "error", unit("A", "wrap", run=PATCH % "{op: add, path: /a}")),
    ("patch", "error", unit("A", "wrap", run=PATCH % "{op: remove, path: a}")),
    ("patch", "error", unit("A", "wrap", run=PATCH % "text")),
    ("patch", "error", unit("A", "wrap", run=PATCH % "[{op: move, path: /a}]")),
    ("dead-key", "warning", unit("A", "wrap.GHReleaseNotes", include="{adviser_pipeline: true, labels: {a: b}}",
                                 match="state: {resolved_dependencies: [{name: a}]}",
                                 run="release_notes: {organization: o, repository: r}")),
    ("dead-key", "warning", unit("A", "sieve", match="package_version: {name: a, version: <1}",
                                 include=where("abi: [X], rpm_packages: [{package_name: git}]"))),
    ("dead-key", "error", unit("A", "wrap", run="{}")),
    ("dead-key", "warning", unit("A", "step", match=A, run="score: 0")),
    ("dead-key", "warning", unit("A", "step", match=A, run="score: 5")),
    ("dead-key", "warning", unit("A", "step", run="score: 1",
                                 match=A + "\nstate: {package_version_from_allow_other: true}")),
    ("end-of-life", "info", unit("A", "boot", run="log: {type: INFO, message: m}",
                                 include=where("operating_systems: [{name: fedora, version: '35'}]"))),
    ("mode", "info", unit("A", "boot", run="log: {type: INFO, message: m}", include=where("cuda_version: null"))),
    ("mode", "info", unit("A", "boot", run="log: {type: INFO, message: m}",
                          include=where("hardware: [{cpu_families: [1]}, {cpu_families: [2]}]"))),
    ("mode", "warning", unit("A", "boot", run="log: {type: INFO, message: m}", include=where("base_images: ['r:5000/b']"))),
    ("mode", "info", unit("A", "boot", run="log: {type: INFO, message: m}",
                             include=where("rpm_packages: {not: [{package_name: a}, {package_name: b}]}"))),
    ("stale-data", "info", unit("A", "boot", run="log: {type: INFO, message: has CVE-2021-1}",
                                include=where("base_images: ['r/b:1']"))),
    ("legacy-specifier", "warning", unit("A", "sieve", match="package_version: {name: a, version: ==r1512}")),
    ("unknown-key", "error", unit("A", "sieve", match="package_version: {name: a, shared: x}")),
    ("unknown-unit", "error", unit("A", "sieve", match="package_version: {name: a, version: <1}",
                                   include="adviser_pipeline: true\ndependencies: {boots: [rules.B]}")),
]  # fmt: skip


@pytest.mark.parametrize("good", GOOD)
def test_nothing_is_said_of_good_rules(tmp_path, good):
    assert found(tmp_path, good) == []


@pytest.mark.parametrize(("code", "severity", "bad"), BAD)
def test_what_is_wrong_with_rules(tmp_path, code, severity, bad):
    assert found(tmp_path, bad) == [(code, severity)]


def test_a_sieve_that_asks_for_the_opposite_of_a_step(tmp_path):
    step = unit(
        "Step", "step", run="not_acceptable: x",
        match="package_version: {name: a, version: <1.3}\n"
              "state: {resolved_dependencies: [{name: b, version: '>=58.0.0'}]}",
    )  # fmt: skip
    sieve = unit(
        "Sieve", "sieve", match="package_version: {name: a, version: <1.3}",
        include=where("python_packages: [{name: b, version: '<58.0.0'}]"),
    )  # fmt: skip
    assert found(tmp_path, step, sieve) == [("inverted", "error")]


def test_names_and_cycles_over_files(tmp_path):
    def needs(name, other):
        include = f"adviser_pipeline: true\ndependencies: {{sieves: [rules.{other}]}}"
        return file_of(unit(name, "sieve", match="package_version: {name: a, version: <1}", include=include))

    (tmp_path / "a.yaml").write_text(needs("A", "B"))
    (tmp_path / "b.yaml").write_text(needs("B", "A"))
    (tmp_path / "c.yaml").write_text(needs("C", "A"))
    (tmp_path / "d.yaml").write_text(needs("C", "A"))
    findings = list(lint([tmp_path]))
    assert [(each.code, each.unit, each.file) for each in findings] == [
        ("duplicate-name", "rules.C", "d.yaml"), ("cycle", "rules.A", "a.yaml"), ("cycle", "rules.B", "b.yaml"),
        ("cycle", "rules.C", "c.yaml"),
    ]  # fmt: skip


def test_a_finding_on_a_line(tmp_path):
    (tmp_path / "x.yaml").write_text(file_of(BAD[0][2]))
    (finding,) = lint([tmp_path / "x.yaml"])
    assert str(finding).startswith(
        "x.yaml:3: error [unsatisfiable] rules.A: no version satisfies '<1.5,>1.12' (write two"
    )


def test_nothing_there(tmp_path):
    with pytest.raises(NoSuchRules):
        list(lint([tmp_path / "nowhere"]))


def test_the_rules_of_the_package_have_no_faults():
    assert not [finding for finding in lint([BUILT_IN]) if finding.severity != "info"]
