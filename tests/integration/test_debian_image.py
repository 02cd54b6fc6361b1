"""The document of a Debian image beside what dpkg and pip say when they run inside it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.images import DebianImage, debian_image

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.integration

Document = dict[str, Any]

DPKG_FIELDS = {
    "name": "${Package}",
    "version": "${Version}",
    "architecture": "${Architecture}",
    "status": "${Status}",
    "source": "${source:Package}",
    "source_version": "${source:Version}",
    "section": "${Section}",
    "maintainer": "${Maintainer}",
    "installed_size": "${Installed-Size}",
    "depends": "${Depends}",
    "pre_depends": "${Pre-Depends}",
    "provides": "${Provides}",
    "replaces": "${Replaces}",
}
SITES = {
    "usr/lib/python3/dist-packages": "system",
    "usr/local/lib/python3.11/dist-packages": "system",
    "opt/app/lib/python3.11/site-packages": "virtualenv",
    "root/.local/lib/python3.11/site-packages": "user",
    "srv/function": "unbound",
}


@pytest.fixture(scope="module")
def image() -> DebianImage:
    return debian_image()


@pytest.fixture(scope="module", params=["oci", "docker-archive", "rootfs"])
def document(image: DebianImage, request: pytest.FixtureRequest) -> Document:
    path = {"oci": image.oci, "docker-archive": image.docker_archive, "rootfs": image.root}[request.param]
    command = [sys.executable, "-m", "package_extract", "analyze", f"{request.param}:{path}", "--no-cache"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_nothing_is_wrong_with_it(document: Document) -> None:
    assert [problem for problem in document["problems"] if problem["severity"] != "info"] == []


def test_operating_system(image: DebianImage, document: Document) -> None:
    told = image.run("sh", "-c", '. /etc/os-release; printf "%s\n" "$ID" "$VERSION_ID" "$PRETTY_NAME"').splitlines()

    release = document["results"]["os_release"]
    assert [release["id"], release["version_id"], release["pretty_name"]] == told


def test_dpkg_packages_equal_dpkg_query(image: DebianImage, document: Document) -> None:
    row = "\t".join(DPKG_FIELDS.values()) + "\n"
    told = image.run("dpkg-query", "--show", f"--showformat={row}")
    expected = sorted((_dpkg_row(line) for line in told.splitlines()), key=_name_and_version)

    found = [{field: package[field] for field in DPKG_FIELDS} for package in document["results"]["dpkg"]["packages"]]
    for package in found:
        for relation in ("depends", "pre_depends", "provides", "replaces"):
            package[relation] = [_spaced(item) for item in package[relation]]

    assert found == expected
    assert len(found) > 100
    print(f"\n{len(found)} packages of dpkg, {len(DPKG_FIELDS)} fields each, are equal")


def test_python_packages_equal_pip(image: DebianImage, document: Document) -> None:
    for site in SITES:
        told = json.loads(image.run("python3", "-m", "pip", "inspect", "--path", f"/{site}"))
        expected = sorted((_pip_row(item) for item in told["installed"]), key=_name_and_version)
        found = sorted((_our_row(package) for package in _packages_in(document, site)), key=_name_and_version)

        assert found == expected, site
        assert found, site
        print(f"\n/{site}: {len(found)} distributions, {len(found[0])} fields each, are equal to pip's")


def test_python_packages_equal_pip_list_of_the_virtual_environment(image: DebianImage, document: Document) -> None:
    told = json.loads(image.run("/opt/app/bin/python", "-m", "pip", "list", "--format=json"))

    found = _environment(document, "opt/app/lib/python3.11/site-packages")["packages"]
    assert sorted((package["name"], package["version"]) for package in found) == sorted(
        (item["name"], item["version"]) for item in told
    )


def test_environments_are_of_the_kind_that_they_were_made(document: Document) -> None:
    assert {site: _environment(document, site)["kind"] for site in SITES} == SITES


def test_a_later_copy_shadows_the_distribution_of_debian(image: DebianImage, document: Document) -> None:
    told = image.run("python3", "-c", "import jinja2; print(jinja2.__version__)").strip()

    copies = [
        package
        for site, kind in SITES.items()
        if kind == "system"
        for package in _packages_in(document, site)
        if package["normalized_name"] == "jinja2"
    ]
    assert len(copies) == 2
    assert [package["version"] for package in copies if package["shadowed_by"] is None] == [told]


def test_owners_equal_dpkg_search(image: DebianImage, document: Document) -> None:
    for site in SITES:
        for package in _packages_in(document, site):
            path = "/" + package["metadata_path"].lstrip("/")
            owner = package["owner"]
            if site == "usr/lib/python3/dist-packages":
                name = image.run("dpkg-query", "--search", path).partition(":")[0]
                version = image.run("dpkg-query", "--show", "--showformat=${Version}", name)
                assert owner == {"type": "deb", "name": name, "version": version}, path
            else:
                assert owner is None or owner["type"] == "python", path


def _environment(document: Document, site: str) -> dict[str, Any]:
    environments = document["results"]["python_packages"]["environments"]
    holders = [env for env in environments if site in [path.lstrip("/") for path in env["paths"]]]
    assert len(holders) == 1, site
    return holders[0]


def _packages_in(document: Document, site: str) -> Iterator[dict[str, Any]]:
    for package in _environment(document, site)["packages"]:
        if package["location"].lstrip("/") == site:
            yield package


def _name_and_version(row: dict[str, Any]) -> tuple[str, str]:
    return row["name"], row["version"]


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip())


def _dpkg_row(line: str) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(DPKG_FIELDS, line.split("\t"), strict=True))
    row["installed_size"] = int(row["installed_size"]) * 1024 if row["installed_size"] else None
    for relation in ("depends", "pre_depends", "provides", "replaces"):
        row[relation] = [_spaced(item) for item in row[relation].split(",") if item]
    return row


def _pip_row(item: dict[str, Any]) -> dict[str, Any]:
    metadata = item["metadata"]
    return {
        "name": metadata["name"],
        "version": metadata["version"],
        "metadata": item["metadata_location"].lstrip("/"),
        "installer": item.get("installer") or None,
        "requested": item.get("requested"),
        "requires_python": metadata.get("requires_python"),
        "requires_dist": sorted(metadata.get("requires_dist", [])),
        "provides_extra": sorted(metadata.get("provides_extra", [])),
        "direct_url": item.get("direct_url"),
    }


def _our_row(package: dict[str, Any]) -> dict[str, Any]:
    location = re.sub(r"(\.dist-info|\.egg-info)/.*", r"\1", package["metadata_path"].lstrip("/"))
    fields = ("name", "version", "installer", "requested", "requires_python", "direct_url")
    relations = {field: sorted(package[field]) for field in ("requires_dist", "provides_extra")}
    return {"metadata": location, **{field: package[field] for field in fields}, **relations}
