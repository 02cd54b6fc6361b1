"""What the document says of interpreters beside what they say of themselves when they run inside by chroot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from packaging.utils import canonicalize_name

from package_extract.document.reading import read
from tests.integration.images import require
from tests.integration.interpreter_image import ENVIRONMENT, WORKING_DIRECTORY, InterpreterImage, interpreter_image

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from package_extract.document.document import Document
    from package_extract.document.python_interpreters import PythonInterpreter

pytestmark = pytest.mark.integration

SELF_DESCRIPTION = """
import json, os, platform, sys, sysconfig
path = sys.path[1:]
stdlib = sysconfig.get_path("stdlib")
told = {
    "sys_path": path, "prefix": sys.prefix, "base_prefix": getattr(sys, "base_prefix", sys.prefix), "stdlib": stdlib,
    "version": platform.python_version(), "libc": os.confstr(2).split()[-1], "machine": platform.machine(),
    "soabi": sysconfig.get_config_var("SOABI"), "ext_suffix": sysconfig.get_config_var("EXT_SUFFIX"),
    "multiarch": sysconfig.get_config_var("MULTIARCH"), "debug": sysconfig.get_config_var("Py_DEBUG"),
    "managed": os.path.exists(stdlib + "/EXTERNALLY-MANAGED"),
}
if sys.version_info >= (3, 9):
    sys.path.insert(0, "/opt/packaging")
    import importlib.metadata, packaging.tags, packaging.markers
    told["distributions"] = [[one.metadata["Name"], one.version] for one in importlib.metadata.distributions(path=path)]
    told["tags"] = [str(tag) for tag in packaging.tags.sys_tags()]
    told["markers"] = packaging.markers.default_environment()
print(json.dumps(told))
"""
KERNEL = ("platform_release", "platform_version")


@pytest.fixture(scope="module")
def image() -> InterpreterImage:
    return interpreter_image()


@pytest.fixture(scope="module")
def document(image: InterpreterImage, tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("document") / "document.json"
    command = [sys.executable, "-m", "package_extract", "analyze", f"docker-archive:{image.docker_archive}"]
    subprocess.run([*command, "--no-cache", "-o", str(path)], check=True)
    return read(path)


@pytest.fixture(scope="module")
def told(image: InterpreterImage) -> dict[str, dict[str, Any]]:
    return {path: ask(image.root, path) for path in image.interpreters}


def ask(root: Path, interpreter: str) -> dict[str, Any]:
    require("chroot", "env")
    command = [interpreter, "-c", SELF_DESCRIPTION]
    environment = {**ENVIRONMENT, "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    chroot = ["chroot", str(root), "env", "--chdir", WORKING_DIRECTORY, *command]
    done = subprocess.run(chroot, check=True, stdout=subprocess.PIPE, env=environment)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def found(document: Document, path: str) -> PythonInterpreter:
    path = path.lstrip("/")
    interpreters: list[PythonInterpreter] = document.results.python_interpreters.interpreters
    own = [one for one in interpreters if one.path == path]
    return (own or [one for one in interpreters if path in one.aliases])[0]


def rooted(paths: list[str]) -> list[str]:
    return [path.lstrip("/") for path in paths]


def test_every_interpreter_says_the_same_of_itself(
    image: InterpreterImage, document: Document, told: dict[str, dict[str, Any]]
) -> None:
    compared = 0
    for path in image.interpreters:
        ours, theirs = found(document, path), told[path]
        expected = {
            "version": theirs["version"],
            "prefix": theirs["prefix"].lstrip("/"),
            "base_prefix": theirs["base_prefix"].lstrip("/"),
            "stdlib": theirs["stdlib"].lstrip("/"),
            "debug": bool(theirs["debug"]),
            "multiarch": theirs["multiarch"],
            "architecture": theirs["machine"],
            "externally_managed": theirs["managed"] and theirs["prefix"] == theirs["base_prefix"],
        }
        if theirs["ext_suffix"]:
            expected |= {"soabi": theirs["soabi"], "ext_suffix": theirs["ext_suffix"]}
        assert {name: getattr(ours, name) for name in expected} == expected, path
        assert ours.libc is not None
        assert ours.libc.version == theirs["libc"], path
        compared += len(expected) + 1
    print(f"\n{compared} facts of {len(image.interpreters)} interpreters are equal")


def test_search_paths_are_equal(image: InterpreterImage, document: Document, told: dict[str, dict[str, Any]]) -> None:
    compared = 0
    for path in image.interpreters:
        ours, theirs = found(document, path), rooted(told[path]["sys_path"])
        assert ours.sys_path == theirs, path
        assert ours.site_dirs == [entry for entry in theirs if entry in ours.site_dirs]
        compared += len(theirs)
    print(f"\n{compared} entries of sys.path are equal")


def test_tags_are_equal(image: InterpreterImage, document: Document, told: dict[str, dict[str, Any]]) -> None:
    compared = 0
    for path in image.interpreters:
        if "tags" in told[path]:
            assert [str(tag) for tag in found(document, path).tags()] == told[path]["tags"], path
            compared += len(told[path]["tags"])
    assert compared > 1000
    print(f"\n{compared} tags are equal")


def test_markers_are_equal(image: InterpreterImage, document: Document, told: dict[str, dict[str, Any]]) -> None:
    compared = 0
    for path in image.interpreters:
        if "markers" in told[path]:
            expected = {**told[path]["markers"], **dict.fromkeys(KERNEL, "")}
            assert found(document, path).marker_environment == expected, path
            compared += len(expected) - len(KERNEL)
    assert compared
    print(f"\n{compared} markers are equal")


def test_distributions_are_equal(image: InterpreterImage, document: Document, told: dict[str, dict[str, Any]]) -> None:
    compared = 0
    rows = [row for environment in document.results.python_packages.environments for row in environment.packages]
    for path in image.interpreters:
        if "distributions" in told[path]:
            expected = first_of_each((name, version) for name, version in told[path]["distributions"])
            sites = found(document, path).sys_path
            seen = [row for site in sites for row in rows if row.location == site and row.metadata_kind != "egg"]
            assert first_of_each((row.name, row.version) for row in seen) == expected, path
            compared += len(expected)
    assert compared
    print(f"\n{compared} distributions are equal")


def first_of_each(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Version by name; of several the one that is found first."""
    versions: dict[str, str] = {}
    for name, version in found:
        versions.setdefault(canonicalize_name(name), version)
    return versions


def test_what_shadows_is_what_the_interpreter_imports(document: Document, told: dict[str, dict[str, Any]]) -> None:
    environments = document.results.python_packages.environments
    rows = {row.metadata_path: row for environment in environments for row in environment.packages}
    compared = 0
    for environment in environments:
        answer = told.get(f"/{environment.interpreter}")
        if answer and "distributions" in answer:
            versions = first_of_each((name, version) for name, version in answer["distributions"])
            for row in environment.packages:
                seen = rows[row.shadowed_by] if row.shadowed_by else row
                assert seen.version == versions[row.normalized_name], row.metadata_path
                compared += 1
    assert compared
    print(f"\n{compared} distributions are shadowed as they are when imported")


def test_nothing_is_contradictory(document: Document) -> None:
    assert [one for one in document.problems if one.analyzer == "python_interpreters"] == []


def test_every_interpreter_has_several_witnesses(image: InterpreterImage, document: Document) -> None:
    for path in image.interpreters:
        whole = {one.source for one in found(document, path).evidence if one.version.count(".") > 1}
        assert len(whole) >= (2 if found(document, path).implementation == "cpython" else 1), path
