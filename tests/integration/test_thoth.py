"""Thoth's form of a Debian image, beside what the commands say that Thoth ran."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from package_extract import analyze
from package_extract.export.thoth import thoth_document
from tests.integration.images import debian_image, require

if TYPE_CHECKING:
    from tests.integration.images import DebianImage

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def image() -> DebianImage:
    require("nm")
    return debian_image()


@pytest.fixture(scope="module")
def result(image: DebianImage) -> dict[str, Any]:
    found: dict[str, Any] = thoth_document(analyze(f"docker-archive:{image.docker_archive}").model_dump())["result"]
    return found


def test_packages_equal_dpkg_query(image: DebianImage, result: dict[str, Any]) -> None:
    lines = image.run("dpkg-query", "-l").splitlines()
    told = [line.split()[1:4] for line in lines if line.startswith("ii ")]
    ours = [[package["name"], package["version"], package["arch"]] for package in result["deb"]]
    assert sorted(ours) == sorted([name.partition(":")[0], version, arch] for name, version, arch in told)
    print(f"\n{len(ours)} packages are equal to those of dpkg-query -l")


def test_symbols_equal_nm(image: DebianImage, result: dict[str, Any]) -> None:
    """Where the linker wrote absolute symbols for the versions, which is what Thoth looked for."""
    compared = 0
    for path, versions in result["system-symbols"].items():
        done = subprocess.run(["nm", "-D", f"{image.root}{path}"], check=True, stdout=subprocess.PIPE, text=True)
        absolute = [line.split(" ") for line in done.stdout.splitlines() if "0 A " in line]
        if absolute:
            assert {columns[2].partition("@")[0] for columns in absolute} == set(versions), path
            compared += 1
    assert compared > 30
    print(f"\nversions of {compared} libraries are equal to those that nm shows")


def test_interpreters_are_where_they_are_said_to_be(image: DebianImage, result: dict[str, Any]) -> None:
    found = {row["path"]: row for row in result["python-interpreters"]}
    for path in image.run("sh", "-c", "ls -1 /usr/bin/python3*").split():
        if path in found:
            assert image.run("readlink", "-f", path).strip() == found[path]["link"]
            assert image.run(path, "--version").strip() == found[path]["version"]
    assert {"/usr/bin/python3", "/usr/bin/python3.11"} <= found.keys()
