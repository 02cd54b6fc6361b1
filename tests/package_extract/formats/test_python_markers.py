from __future__ import annotations

import platform
import sys

from packaging.markers import default_environment

from package_extract.formats.python_markers import marker_environment

KERNEL = {"platform_release": "", "platform_version": ""}


def test_the_environment_of_this_interpreter() -> None:
    found = marker_environment(sys.implementation.name, platform.python_version(), None, platform.machine())

    assert found == {**default_environment(), **KERNEL}


def test_pypy_has_two_versions() -> None:
    found = marker_environment("pypy", "3.9.16", "7.3.11", "x86_64")

    assert found["implementation_version"] == "7.3.11"
    assert found["python_full_version"] == "3.9.16"
    assert found["platform_python_implementation"] == "PyPy"


def test_a_development_build_keeps_its_plus_in_one_place() -> None:
    found = marker_environment("cpython", "3.13.0+", None, "x86_64")

    assert (found["python_full_version"], found["implementation_version"]) == ("3.13.0+", "3.13.0")


def test_python_2() -> None:
    assert marker_environment("cpython", "2.7.18", None, "x86_64")["sys_platform"] == "linux2"
