"""What the dpkg analyzer says, against dpkg-query reading the same database."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from package_extract.formats.debian_control import split_dependencies
from package_extract_analyzers.dpkg import Dpkg

pytestmark = pytest.mark.integration

FIELDS = {
    "name": "Package",
    "version": "Version",
    "architecture": "Architecture",
    "status": "Status",
    "source": "source:Package",
    "source_version": "source:Version",
    "section": "Section",
    "maintainer": "Maintainer",
    "installed_size": "Installed-Size",
    "depends": "Depends",
    "pre_depends": "Pre-Depends",
    "provides": "Provides",
    "replaces": "Replaces",
}

MADE = """Package: both
Status: install ok installed
Maintainer: Ünïcode <x@example.org>
Architecture: amd64
Multi-Arch: same
Source: origin (1:2.0-1)
Version: 1:2.0-1+b1
Depends: a (>= 1), b | c (<< 2~),
 d:any

Package: both
Status: install reinstreq half-configured
Architecture: i386
Multi-Arch: same
Source: origin (1:2.0-1)
Version: 1:2.0-1+b2

Package: removed
Status: deinstall ok config-files
Architecture: all
Version: 3
Config-Version: 3
Conffiles:
 /etc/removed 0123456789abcdef0123456789abcdef

package: lower
STATUS: hold ok unpacked
architecture: all
version: 4
installed-size: 10

Package: never
Status: purge ok not-installed

Package: virtual
Status: install ok installed
Architecture: all
Version: 5
Provides: x (= 1), y
Replaces:\ty,\tz (<= 3)
Pre-Depends: dpkg (>= 1.15.6~)
Description: last
 one
 .
 has lines


"""


@pytest.fixture
def dpkg_query() -> str:
    program = shutil.which("dpkg-query")
    if not program:
        if os.environ.get("CI"):
            pytest.fail("dpkg-query is not installed")
        pytest.skip("dpkg-query is not installed")
    return program


def queried(program: str, administration: Path) -> list[dict[str, Any]]:
    form = "\\x01".join(f"${{{field}}}" for field in FIELDS.values()).replace("\\x01", "\x01") + "\x02"
    command = [program, f"--admindir={administration}", "-W", f"-f={form}"]
    output = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout
    rows = []
    for record in output.decode().split("\x02")[:-1]:
        row: dict[str, Any] = {name: text or None for name, text in zip(FIELDS, record.split("\x01"), strict=True)}
        row["installed"] = row["status"].split()[2] == "installed"
        row["installed_size"] = int(row["installed_size"]) * 1024 if row["installed_size"] else None
        for name in ("depends", "pre_depends", "provides", "replaces"):
            row[name] = split_dependencies(row[name] or "")
        rows.append(row)
    return sorted(rows, key=lambda row: (row["name"], row["version"], row["architecture"]))


def compare(packages: list[dict[str, Any]], rows: list[dict[str, Any]]) -> int:
    compared = 0
    assert [package["name"] for package in packages] == [row["name"] for row in rows]
    for package, row in zip(packages, rows, strict=True):
        for name, value in row.items():
            assert package[name] == value, (package["name"], name)
            compared += 1
    return compared


def test_a_database_made_for_this(root: Any, dpkg_query: str, tmp_path: Path) -> None:
    (tmp_path / "status").write_text(MADE)
    image = root({"var/lib/dpkg/status": MADE.encode()})
    compared = compare(image.analyze(Dpkg())["packages"], queried(dpkg_query, tmp_path))
    assert image.problems == []
    assert compared == 5 * 14


def test_the_database_of_this_machine(root: Any, dpkg_query: str, tmp_path: Path) -> None:
    status = Path("/var/lib/dpkg/status")
    if not status.exists():
        pytest.skip("this machine has no dpkg database")
    shutil.copy(status, tmp_path / "status")
    image = root({"var/lib/dpkg/status": (tmp_path / "status").read_bytes()})
    packages = image.analyze(Dpkg())["packages"]
    compared = compare(packages, queried(dpkg_query, tmp_path))
    assert image.problems == []
    print(f"{compared} fields of {len(packages)} packages are what dpkg-query prints")


def test_owners_on_this_machine(root: Any, dpkg_query: str) -> None:
    administration = Path("/var/lib/dpkg")
    if not (administration / "info").is_dir():
        pytest.skip("this machine has no dpkg database")
    files = [administration / "status", administration / "diversions", *(administration / "info").glob("*.list")]
    image = root({str(file)[1:]: file.read_bytes() for file in files if file.exists()})
    image.analyze(Dpkg())
    paths = [path for path in sorted(image.owners) if "/bin/" in path and Path("/", path).is_file()][::20]
    diverted = [path for path in image.owners if path.endswith(".distrib")]
    output = subprocess.run(
        [dpkg_query, "-S", *(f"/{path}" for path in paths)], check=True, capture_output=True, text=True
    )
    found: dict[str, str] = {}
    lines = output.stdout.splitlines()
    unnamed = {line.rpartition(" to: /")[2] for line in lines if " to: /" in line}  # whose owner it does not print
    for line in lines:
        if not line.startswith(("diversion by", "local diversion")):
            packages, _, path = line.partition(": ")
            found[path[1:]] = packages
    assert set(found) == {*paths} - unnamed
    for path, packages in found.items():
        assert image.owners[path]["name"] in [name.partition(":")[0] for name in packages.split(", ")]
    print(f"{len(found)} files have the owner that dpkg-query -S prints; {len(diverted)} diverted ones")
