from __future__ import annotations

import pytest
import yaml

from package_extract.resolver.rules.conditions import included, why_not
from package_extract.resolver.rules.environment import Circumstances, Environment, Hardware, SystemPackage
from tests.package_extract.resolver.rules.writing import image, loaded, python, unit

RPMS = (
    SystemPackage("glibc", "2.34", "60.el9", None, "x86_64"),
    SystemPackage("git-core", "2.43.0", "1.el9", 1, "x86_64"),
)
SYMBOLS = {"libc.so.6": frozenset({"GLIBC_2.4", "GLIBC_2.34"}), "libstdc++.so.6": frozenset({"GLIBCXX_3.4.29"})}


def holds(tmp_path, condition, environment=None, **circumstances):
    """Whether a unit with this condition (YAML below should_include) counts."""
    (one,) = loaded(
        tmp_path, unit("X", "sieve", match="package_version: {name: a}", include=f"adviser_pipeline: true\n{condition}")
    )
    return why_not(one, environment or image(), Circumstances(**circumstances)) is None


def here(tmp_path, condition, environment=None, **circumstances):
    return holds(tmp_path, f"runtime_environments: {{{condition}}}", environment, **circumstances)


@pytest.mark.parametrize(
    ("condition", "circumstances", "expected"),
    [
        ("times: 1", {}, True),
        ("times: 0", {}, False),
        ("recommendation_types: [latest, stable]", {"recommendation_type": "stable"}, True),
        ("recommendation_types: [latest]", {"recommendation_type": "stable"}, False),
        ("recommendation_types: {not: [latest]}", {"recommendation_type": "stable"}, True),
        ("recommendation_types: {not: [stable]}", {"recommendation_type": "stable"}, False),
        ("decision_types: [all]", {"decision_type": "all"}, True),
        ("decision_types: [all]", {"decision_type": "random"}, False),
        ("decision_types: {not: [all]}", {"decision_type": "random"}, True),
        ("authenticated: true", {}, False),
        ("authenticated: false", {}, True),
        ("authenticated: true", {"authenticated": True}, True),
        ("labels: {team: a, tier: b}", {"labels": {"tier": "b", "team": "x"}}, True),
        ("labels: {team: a}", {"labels": {"team": "b"}}, False),
        ("labels: {team: a}", {}, False),
        ("library_usage: {flask: [flask.app]}", {"library_usage": {"flask": ["flask.app"]}}, True),
        ("library_usage: {flask: ['flask.*']}", {"library_usage": {"flask": ["flask.app"]}}, True),
        ("library_usage: {flask: [x], numpy: [y]}", {"library_usage": {"flask": ["x"]}}, False),
        ("dependency_monkey_pipeline: true", {"pipeline": "dependency_monkey"}, True),
    ],
)
@pytest.mark.parametrize("mode", ["intent", "strict"])
def test_what_was_asked(tmp_path, condition, circumstances, expected, mode):
    assert holds(tmp_path, condition, mode=mode, **circumstances) is expected


HERE = [
    ("operating_systems: [{name: debian, version: '12'}]", {}, True),
    ("operating_systems: [{name: debian, version: '11'}]", {}, False),
    ("operating_systems: [{name: rhel}, {name: debian}]", {}, True),
    ("operating_systems: [{version: '12'}]", {}, True),
    ("operating_systems: [{name: debian}]", {"system": None}, False),
    ("python_version: '>=3.9,<3.12'", {}, True),
    ("python_version: '3.11' ".replace("3.11", "==3.11"), {}, True),
    ("python_version: '<3.9'", {}, False),
    ("python_version: '<3.9'", {"python_version": None}, False),
    ("cuda_version: '>=11'", {}, False),
    ("cuda_version: '>=11'", {"cuda_version": "12.4"}, True),
    ("cudnn_version: '>=9'", {"cudnn_version": "9.1.0"}, True),
    ("openblas_version: '<0.3'", {"openblas_version": "0.3.21"}, False),
    ("openmpi_version: '>=4'", {"openmpi_version": "4.1.4"}, True),
    ("mkl_version: '>=2020'", {"mkl_version": "2021.4.0"}, True),
    ("cuda_version: null", {}, True),
    ("platforms: [linux-x86_64]", {}, True),
    ("platforms: [linux-aarch64, null]", {}, False),
    ("platforms: {not: [linux-aarch64]}", {}, True),
    ("platforms: [null]", {"platform": None}, True),
    ("base_images: ['registry.test/team/base:v1*']", {}, True),
    ("base_images: [other]", {}, False),
    ("base_images: {not: [other]}", {}, True),
    ("base_images: {not: ['registry.test/team/base']}", {}, False),
    ("base_images: [null]", {}, False),
    ("base_images: {not: [null]}", {}, True),
    ("hardware: [{cpu_families: [6], cpu_models: [85]}]", {"hardware": Hardware(6, 85)}, True),
    ("hardware: [{gpu_models: null}]", {}, True),
    ("hardware: [{gpu_models: null}]", {"hardware": Hardware(gpu_model="T4")}, False),
    ("hardware: [{gpu_models: {not: null}}]", {"hardware": Hardware(gpu_model="T4")}, True),
    ("hardware: [{gpu_models: {not: null}}]", {}, False),
    ("hardware: [{cpu_flags: null}]", {}, True),
    ("operating_systems: [{name: debian, version: 12}]", {}, True),
    ("operating_systems: [{name: debian, version: 11}]", {}, False),
    ("hardware: [{cpu_families: [6], cpu_models: [85]}]", {"hardware": Hardware(6, 1)}, False),
    ("hardware: [{cpu_families: {not: [6]}}]", {"hardware": Hardware(7)}, True),
    ("hardware: [{cpu_models: [null]}]", {}, True),
    ("hardware: [{gpu_models: [T4]}]", {"hardware": Hardware(gpu_model="T4")}, True),
    ("hardware: [{gpu_models: {not: [null]}}]", {}, False),
    ("hardware: [{cpu_flags: [avx2, avx]}]", {"hardware": Hardware(cpu_flags=frozenset({"avx", "avx2", "sse"}))}, True),
    ("hardware: [{cpu_flags: [avx2]}]", {"hardware": Hardware(cpu_flags=frozenset({"avx"}))}, False),
    ("hardware: [{cpu_flags: [avx2]}]", {}, False),
    ("hardware: [{cpu_flags: {not: [avx2]}}]", {"hardware": Hardware(cpu_flags=frozenset({"avx"}))}, True),
    ("hardware: [{cpu_flags: {not: [avx2]}}]", {}, False),
    ("hardware: {not: [{cpu_families: [6]}]}", {"hardware": Hardware(7)}, True),
    ("abi: [GLIBC_2.4, GLIBCXX_3.4.29]", {"symbols": SYMBOLS}, True),
    ("abi: [GLIBC_2.4, GLIBC_2.38]", {"symbols": SYMBOLS}, False),
    ("abi: {not: [GLIBC_2.38]}", {"symbols": SYMBOLS}, True),
    ("abi: {not: [GLIBC_2.38, GLIBC_2.4]}", {"symbols": SYMBOLS}, False),
    ("abi: {not: [GLIBC_2.38]}", {}, False),
    ("rpm_packages: [{package_name: glibc}]", {"rpms": RPMS}, True),
    (
        "rpm_packages: [{package_name: glibc, package_version: '2.34', release: 60.el9, arch: x86_64}]",
        {"rpms": RPMS},
        True,
    ),
    ("rpm_packages: [{package_name: glibc, package_version: '2.35'}]", {"rpms": RPMS}, False),
    ("rpm_packages: [{package_name: git-core, epoch: '1'}]", {"rpms": RPMS}, True),
    ("rpm_packages: [{package_name: git-core, epoch: '2'}]", {"rpms": RPMS}, False),
    ("rpm_packages: [{package_name: glibc, package_identifier: glibc-2.34-60.el9.x86_64}]", {"rpms": RPMS}, True),
    ("rpm_packages: [{package_name: glibc, src: true}]", {"rpms": RPMS}, False),
    ("rpm_packages: [{package_name: glibc}, {package_name: vim}]", {"rpms": RPMS}, False),
    ("rpm_packages: {not: [{package_name: vim}]}", {"rpms": RPMS}, True),
    ("rpm_packages: {not: [{package_name: glibc}]}", {"rpms": RPMS}, False),
    ("rpm_packages: {not: [{package_name: glibc}, {package_name: vim}]}", {"rpms": RPMS}, True),
    ("python_packages: [{name: six}]", {"pythons": (python("six 1.16"),)}, True),
    ("python_packages: [{name: six, version: '<1.16'}]", {"pythons": (python("six 1.16"),)}, False),
    ("python_packages: [{name: six, version: '>=1'}]", {"pythons": (python("six odd"),)}, False),
    ("python_packages: [{name: six, location: '^/opt/.*'}]", {"pythons": (python("six 1.16", "/opt/app"),)}, True),
    ("python_packages: [{name: six, location: '/opt'}]", {"pythons": (python("six 1.16", "/opt/app"),)}, False),
    (
        "python_packages: [{name: six, version: '<1', location: '/opt.*'}]",
        {"pythons": (python("six 0.9", "/usr"), python("six 1.16", "/opt"))},
        False,
    ),
    ("python_packages: [{name: six}, {name: pip}]", {"pythons": (python("six 1.16"),)}, False),
    ("python_packages: {not: [{name: pip}]}", {"pythons": (python("six 1.16"),)}, True),
    ("python_packages: {not: [{name: pip}, {name: six}]}", {"pythons": (python("six 1.16"),)}, False),
]


@pytest.mark.parametrize(("condition", "facts", "expected"), HERE)
@pytest.mark.parametrize("mode", ["intent", "strict"])
def test_the_image_and_the_hardware(tmp_path, condition, facts, expected, mode):
    assert here(tmp_path, condition, image(**facts), mode=mode) is expected


DIFFERENCES = {
    "null is absent, or anything": ("cuda_version: null", {"cuda_version": "12.4"}, False, True),
    "one entry of hardware, or all": (
        "hardware: [{cpu_families: [6]}, {cpu_families: [7]}]", {"hardware": Hardware(6)}, True, False,
    ),
    "no rpm means not installed, or unknown": ("rpm_packages: {not: [{package_name: vim}]}", {}, True, False),
    "dpkg is asked too": (
        "rpm_packages: {not: [{package_name: git}]}", {"others": (SystemPackage("git", "2"),)}, False, False,
    ),
    "apk has it under another name": (
        "rpm_packages: [{package_name: mesa-libGL}]", {"others": (SystemPackage("mesa-gl", "24"),)}, True, False,
    ),
    "git-core has the command git": ("rpm_packages: [{package_name: git}]", {"rpms": RPMS}, True, False),
    "one of several missing is enough in both": (
        "rpm_packages: {not: [{package_name: glibc}, {package_name: vim}]}", {"rpms": RPMS}, True, True,
    ),
    "abi hides what stands beside it": (
        "abi: [GLIBC_2.4], rpm_packages: [{package_name: vim}]", {"symbols": SYMBOLS, "rpms": RPMS}, False, True,
    ),
    "symbols of one library": ("abi: ['libc.so.6(GLIBC_2.34)']", {"symbols": SYMBOLS}, True, False),
    "symbols of one library, with a colon": ("abi: ['libc.so.6:GLIBCXX_3.4.29']", {"symbols": SYMBOLS}, False, False),
    "CUDA by major and minor": ("cuda_version: '==11.1'", {"cuda_version": "11.1.105"}, True, False),
    "CUDA other than major and minor": ("cuda_version: '!=11.1'", {"cuda_version": "11.1.105"}, False, True),
    "CUDA exactly": ("cuda_version: '>=11.1.100'", {"cuda_version": "11.1.105"}, True, True),
    "ubi is rhel": ("operating_systems: [{name: rhel, version: '8'}]", {"system": ("ubi", "8.10")}, True, False),
    "rhel is ubi": ("operating_systems: [{name: ubi, version: '8.10'}]", {"system": ("rhel", "8.10")}, True, False),
    "a minor release is of its major": ("operating_systems: [{version: '8'}]", {"system": ("rhel", "8.10")}, True, False),
    "registries with a port": (
        "base_images: ['r.test:5000/base']", {"images": ("r.test:5000/base:1",)}, True, False,
    ),
    "a second name of the image": ("base_images: [known]", {"images": ("own:1", "known:2")}, True, False),
    "an image without a name is an image": ("base_images: {not: [null]}", {"images": ()}, True, False),
    "an image without Python has no package": ("python_packages: {not: [{name: six}]}", {}, True, False),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENCES)
def test_what_was_meant_and_what_the_code_does(tmp_path, name):
    condition, facts, intent, strict = DIFFERENCES[name]
    assert here(tmp_path, condition, image(**facts), mode="intent") is intent
    assert here(tmp_path, condition, image(**facts), mode="strict") is strict


@pytest.mark.parametrize(
    ("usage", "intent", "strict"),
    [
        ({"flask": ["flask.x", "flask.app"]}, True, False),
        ({"version": "1", "report": {"flask": ["flask.app"]}}, True, False),
        ({"flask": ["flask.app", "flask.x"]}, True, True),
    ],
)
def test_library_usage_differs_by_mode(tmp_path, usage, intent, strict):
    condition = "library_usage: {flask: [flask.app]}"
    assert holds(tmp_path, condition, library_usage=usage, mode="intent") is intent
    assert holds(tmp_path, condition, library_usage=usage, mode="strict") is strict


def test_rules_for_one_stack_and_for_many(tmp_path):
    many = {"pipeline": "dependency_monkey"}
    assert holds(tmp_path, "dependency_monkey_pipeline: false", mode="intent", **many)
    assert not holds(tmp_path, "dependency_monkey_pipeline: false", mode="strict", **many)
    (only,) = loaded(
        tmp_path, unit("X", "sieve", match="package_version: {name: a}", include="dependency_monkey_pipeline: true")
    )
    assert why_not(only, image(), Circumstances(**many)) is None
    assert why_not(only, image(), Circumstances()) == "adviser_pipeline: not enabled"


@pytest.mark.parametrize("mode", ["intent", "strict"])
def test_without_an_image_nothing_is_known_of_it(tmp_path, mode):
    nothing = Environment()
    for condition in ("rpm_packages: {not: [{package_name: git}]}", "python_packages: {not: [{name: six}]}",
                      "abi: {not: [X]}", "operating_systems: [{name: debian}]", "base_images: {not: [null]}"):  # fmt: skip
        assert not here(tmp_path, condition, nothing, mode=mode)
    assert here(tmp_path, "base_images: [null, x]", nothing, mode=mode)


def test_a_unit_that_no_pipeline_includes(tmp_path):
    (one,) = loaded(tmp_path, unit("X", "sieve", match="package_version: {name: a}", include="times: 1"))
    assert why_not(one, image(), Circumstances()) == "adviser_pipeline: not enabled"


def test_release_notes_have_no_conditions(tmp_path):
    (one,) = loaded(
        tmp_path,
        unit("X", "wrap.GHReleaseNotes", include="{times: 0, recommendation_types: []}",
             match="state: {resolved_dependencies: [{name: a}]}", run="release_notes: {organization: o, repository: r}"),
    )  # fmt: skip
    assert why_not(one, image(), Circumstances()) is None


def named(name, *needs, extra=""):
    include = f"adviser_pipeline: true\ndependencies: {{sieves: [{', '.join(needs)}]}}\n{extra}"
    return unit(name, "sieve", match="package_version: {name: a}", include=include)


def test_units_wait_for_others(tmp_path):
    units = loaded(
        tmp_path,
        named("C", "rules.B"), named("B", "rules.A"), named("A"), named("Stopped", extra="times: 0"), named("D", "rules.Stopped"),
        named("E", "rules.F"), named("F", "rules.E"), named("G", "rules.Nobody"),
    )  # fmt: skip
    counting, reasons = included(units, image(), Circumstances())
    assert [each.name for each in counting] == ["rules.C", "rules.B", "rules.A"]
    assert {name.removeprefix("rules.") for name in reasons} == {"Stopped", "D", "E", "F", "G"}
    assert reasons["rules.E"] == "dependencies: rules.F is not included"


def test_conditions_are_yaml_that_is_read_as_written():
    for condition, _, _ in HERE:
        assert yaml.safe_load(f"{{{condition}}}")
