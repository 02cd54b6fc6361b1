"""Targets from words and from documents."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig

import pytest

from package_extract.resolver.errors import InvalidTarget, NoSuchPython
from package_extract.resolver.target_document import target_of
from package_extract.resolver.target_text import DEFAULT_TARGET, parse_target
from tests.package_extract.resolver.memory_source import solve


def interpreter(path, version="3.11.2", **others):
    series = "".join(version.split(".")[:2])
    facts = {
        "path": path,
        "aliases": [],
        "implementation": "cpython",
        "version": version,
        "site_dirs": ["usr/lib/python3/dist-packages"],
        "externally_managed": False,
        "marker_environment": parse_target(f"cpython {version} aarch64").markers,
        "abis": [f"cp{series}"],
        "platforms": ["manylinux_2_36_aarch64", "manylinux_2_17_aarch64", "linux_aarch64"],
        "libc": {"family": "glibc", "version": "2.36", "path": "lib/libc.so.6"},
        "architecture": "aarch64",
    }
    return facts | others


def package(name, version="1", location="usr/lib/python3/dist-packages", **others):
    facts = {"name": name, "normalized_name": name, "version": version, "location": location, "requires_dist": []}
    return facts | {"owner": None, "shadowed_by": None, "native_libraries": [], "provides_extra": []} | others


def document(*interpreters, packages=(), path="/usr/bin:/bin", **results):
    environments = [
        {"prefix": "usr", "kind": "system", "interpreter": "usr/bin/python3.11", "packages": list(packages)}
    ]
    return {
        "image": {"reference": "test", "digest": "sha256:1", "env": {"PATH": path}},
        "results": {
            "python_interpreters": {"interpreters": list(interpreters)},
            "python_packages": {"environments": environments},
            **results,
        },
    }


SYSTEM = interpreter("usr/bin/python3.11", aliases=["opt/venv/bin/python", "usr/bin/python3"])
VENV = interpreter(
    "opt/venv/bin/python",
    virtual_environment=True,
    aliases=["opt/venv/bin/python3"],
    site_dirs=["opt/venv/lib/python3.11/site-packages"],
)


@pytest.mark.parametrize(
    ("words", "description", "first"),
    [
        ("", "CPython 3.12.0, glibc 2.28, x86_64", "cp312-cp312-linux_x86_64"),
        (DEFAULT_TARGET, "CPython 3.12.0, glibc 2.28, x86_64", "cp312-cp312-linux_x86_64"),
        ("cpython 3.11.4 glibc 2.17 x86_64", "CPython 3.11.4, glibc 2.17, x86_64", "cp311-cp311-linux_x86_64"),
        ("python3.9 musl 1.1 arm64", "CPython 3.9.0, musl 1.1, aarch64", "cp39-cp39-linux_aarch64"),
        ("3.13t manylinux_2_34_aarch64", "CPython 3.13.0, glibc 2.34, aarch64", "cp313-cp313t-linux_aarch64"),
        ("musllinux_1_2 3.10", "CPython 3.10.0, musl 1.2, x86_64", "cp310-cp310-linux_x86_64"),
        ("pypy 3.10", "PyPy 3.10.0, glibc 2.28, x86_64", "pp310-pypy310_pp73-linux_x86_64"),
    ],
)
def test_words(words, description, first):
    target = parse_target(words)
    assert target.describe() == description
    assert target.tags[0] == first
    assert len(target.markers) == 11


@pytest.mark.parametrize(
    "words", ["windows", "3", "cpython 2.7", "glibc 2.28 sparc", "3.x", "cpython three", "3." + "9" * 5000]
)
def test_words_that_are_not_understood(words):
    with pytest.raises(InvalidTarget):
        parse_target(words)


def test_a_target_is_made_of_the_document_only(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("the running machine was asked")

    for module, names in (
        (platform, ("machine", "release", "system", "version", "python_version", "libc_ver", "uname")),
        (sysconfig, ("get_config_var", "get_platform")),
        (os, ("confstr", "uname")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, refuse)
    monkeypatch.setattr(sys, "platform", "plan9")
    monkeypatch.setattr(sys, "implementation", None)
    target = target_of(document(SYSTEM, packages=[package("kept", "3")]))
    assert target.markers["sys_platform"] == "linux"
    assert target.tags[0] == "cp311-cp311-manylinux_2_36_aarch64"
    releases = {"a 1": ["kept; sys_platform == 'linux'", "no; sys_platform == 'plan9'"], "kept 4": []}
    assert solve(releases, "a", image=target).pins == {"a": "1", "kept": "3"}


def test_the_first_python_on_the_path_is_meant():
    both = document(SYSTEM, VENV)
    assert target_of(both).python == "usr/bin/python3"
    assert "/opt/venv/bin/python" in target_of(both).remarks[0]
    assert target_of(document(SYSTEM, VENV, path="/opt/venv/bin:/usr/bin")).python == "opt/venv/bin/python3"


@pytest.mark.parametrize("python", ["/opt/venv/bin/python", "opt/venv", "/opt/venv/bin/python3"])
def test_an_environment_sees_its_own_packages(python):
    inside = package("inside", location="opt/venv/lib/python3.11/site-packages")
    made = document(SYSTEM, VENV, packages=[inside, package("outside")])
    assert set(target_of(made, python).installed) == {"inside"}
    assert set(target_of(made, "/usr/bin/python3.11").installed) == {"outside"}


def test_of_two_versions_the_first_on_the_path_is_installed():
    both = interpreter("usr/bin/python3", site_dirs=["usr/local/lib/site", "usr/lib/site"])
    found = [
        package("a", "1", "usr/lib/site"),
        package("a", "2", "usr/local/lib/site"),
        package("b", None, "usr/lib/site"),
    ]
    found.append(package("c", location="usr/lib/site", shadowed_by="elsewhere"))
    installed = target_of(document(both, packages=found)).installed
    assert {name: each.version for name, each in installed.items()} == {"a": "2"}


def test_what_other_package_managers_own():
    owned = package("a", owner={"type": "deb", "name": "python3-a", "version": "1-1"})
    wheel = package("b", owner={"type": "python", "name": "b", "version": "1"})
    installed = target_of(document(SYSTEM, packages=[owned, wheel])).installed
    assert (installed["a"].system_owned, installed["b"].system_owned) == (True, False)


def test_libraries_are_those_that_the_loader_finds():
    libraries = [
        {"path": "lib/libz.so.1.2", "soname": "libz.so.1", "machine": "aarch64", "defines": ["ZLIB_1"], "in_search_path": True},
        {"path": "opt/libx.so", "soname": None, "machine": "aarch64", "defines": [], "in_search_path": False},
    ]  # fmt: skip
    abi = {"machine": "aarch64", "libraries": libraries, "ceilings": {}}
    target = target_of(document(SYSTEM, abi=abi, os_release={"id": "ubi", "id_like": ["rhel", "fedora"]}))
    assert set(target.libraries) == {"libz.so.1", "libz.so.1.2"}
    assert target.libraries["libz.so.1"][0].defines == {"ZLIB_1"}
    assert target.system.family == "rpm"
    assert target_of(document(SYSTEM)).libraries is None


def test_an_interpreter_of_conda_finds_the_libraries_of_its_environment():
    """Also one of a virtual environment that was made with it; that of the system does not."""
    conda = interpreter("opt/conda/bin/python3.11", prefix="opt/conda", base_prefix="opt/conda")
    virtual = interpreter("srv/venv/bin/python", prefix="srv/venv", base_prefix="opt/conda", virtual_environment=True)
    names = ("opt/conda/lib/libz.so.1", "opt/conda/envs/other/lib/libx.so.1", "lib/libc.so.6")
    libraries = [
        {"path": name, "soname": None, "machine": "aarch64", "defines": [], "in_search_path": name.startswith("lib/")}
        for name in names
    ]
    described = document(SYSTEM | {"prefix": "usr"}, conda, virtual, abi={"libraries": libraries})
    described["results"]["python_packages"]["environments"].append(
        {"prefix": "opt/conda", "kind": "conda", "interpreter": "opt/conda/bin/python3.11", "packages": []}
    )
    assert set(target_of(described, "/usr/bin/python3.11").libraries) == {"libc.so.6"}
    assert set(target_of(described, "/opt/conda/bin/python3.11").libraries) == {"libc.so.6", "libz.so.1"}
    assert set(target_of(described, "/srv/venv/bin/python").libraries) == {"libc.so.6", "libz.so.1"}


@pytest.mark.parametrize(
    ("interpreters", "python", "message"),
    [
        ((), None, "the image test has no Python interpreter"),
        ((SYSTEM | {"version": None},), None, "whose version is not known"),
        ((SYSTEM | {"marker_environment": {"python_full_version": "3.11.2"}},), None, "whose version is not known"),
        ((SYSTEM,), "/opt/python", "no Python interpreter at /opt/python; it has /usr/bin/python3.11"),
        ((interpreter("opt/a/python"), interpreter("opt/b/python", "3.12.1")), None, "choose one with --python: /opt/a/python"),
    ],
)  # fmt: skip
def test_no_interpreter_or_too_many(interpreters, python, message):
    with pytest.raises(NoSuchPython, match=message):
        target_of(document(*interpreters), python)


GOOD = interpreter("usr/bin/python3")["marker_environment"]


@pytest.mark.parametrize(
    "markers",
    [
        {},
        {"python_full_version": "3.11.2"},
        GOOD | {"python_full_version": "arm64"},
        GOOD | {"platform_machine": "\\"},
        GOOD | {"implementation_name": "c'python"},
    ],
)
def test_an_interpreter_of_which_too_little_is_said_or_nonsense(markers):
    odd = interpreter("usr/bin/python3")
    with pytest.raises(NoSuchPython, match="whose version is not known"):
        target_of(document(odd | {"marker_environment": markers}))


def test_packages_of_a_directory_that_is_reached_through_a_link_are_installed():
    through = interpreter("usr/bin/python3", site_dirs=["srv/current"], real_paths={"srv/current": "srv/releases/7"})
    found = [package("a", "1", "srv/releases/7")]
    assert [*target_of(document(through, packages=found)).installed] == ["a"]
