"""Directories that a real pip installed into, beside what `pip inspect` and `pip list` say of them.

Nothing is downloaded: the wheels are made here, and the editable project builds itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from package_extract import AnalyzeOptions, analyze

pytestmark = pytest.mark.integration

BACKEND = """
import zipfile

def _wheel(directory, files):
    name = "gamma-3.0-py3-none-any.whl"
    files["gamma-3.0.dist-info/METADATA"] = "Metadata-Version: 2.1\\nName: Gamma\\nVersion: 3.0\\n"
    files["gamma-3.0.dist-info/WHEEL"] = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    files["gamma-3.0.dist-info/RECORD"] = "".join(f"{path},,\\n" for path in files)
    with zipfile.ZipFile(f"{directory}/{name}", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return name

def build_wheel(directory, config_settings=None, metadata_directory=None):
    return _wheel(directory, {"gamma.py": ""})

def build_editable(directory, config_settings=None, metadata_directory=None):
    return _wheel(directory, {"gamma.pth": "/srv/gamma\\n"})
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


def make_wheel(directory: Path, name: str, version: str, headers: list[str], files: dict[str, str]) -> Path:
    info = f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *headers, ""]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        quoted = f'"{path}"' if "," in path else path
        rows.append(f"{quoted},sha256={digest},{len(text.encode())}")
    path = directory / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for member, text in {**files, f"{info}/RECORD": "\n".join([*rows, f"{info}/RECORD,,", ""])}.items():
            wheel.writestr(member, text)
    return path


class Installed:
    """A root filesystem that pip filled, the interpreter whose pip did, and the section that we give of it."""

    def __init__(self, root: Path, wheels: Path) -> None:
        self.root, self.wheels = root, wheels
        venv.create(root / "opt/app", with_pip=True, symlinks=True)
        self.python = root / "opt/app/bin/python"
        self.site = f"opt/app/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"

    def install(self, *arguments: str) -> None:
        self.pip("install", "--quiet", "--no-index", f"--find-links={self.wheels}", *arguments)

    def pip(self, *arguments: str) -> str:
        command = [str(self.python), "-m", "pip", "--disable-pip-version-check", *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def section(self) -> dict[str, Any]:
        document = analyze(f"rootfs:{self.root}", AnalyzeOptions(analyzers=("python_packages",)))
        assert {problem.code for problem in document.problems} <= {"no-interpreter"}  # its Python stays outside
        return document.results.model_dump()["python_packages"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    root, wheels = tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("wheels")
    alpha = make_wheel(
        wheels,
        "Alpha.One",
        "1.0",
        ["Requires-Python: >=3.8", "Provides-Extra: fast", "Requires-Dist: beta>=2; extra == 'fast'"],
        {"alpha/__init__.py": "", "alpha/a, b.py": "", "alpha/_speed.abi3.so": "x"},
    )
    make_wheel(wheels, "beta", "2.0", ["Summary: folded", "  over lines"], {"beta.py": ""})
    make_wheel(wheels, "delta", "4.0", ["Requires-Dist: beta", "Requires-Dist: Alpha.One[fast] (>=1)"], {"d/x.py": ""})
    outcome = Installed(root, wheels)
    outcome.install(f"{alpha}")
    outcome.install("delta")
    outcome.install("--target", str(root / "srv/function"), "delta")
    outcome.install("--prefix", str(root / "usr"), "--ignore-installed", "beta")
    project = root / "srv/gamma"
    project.mkdir()
    (project / "backend.py").write_text(BACKEND)
    (project / "pyproject.toml").write_text(PYPROJECT)
    (project / "gamma.py").write_text("")
    outcome.install("--no-build-isolation", "--editable", str(project))
    _install_as_of_old(root / outcome.site)
    return outcome


def _install_as_of_old(site: Path) -> None:
    """What "setup.py install" left behind: an egg-info file of distutils, an egg-info directory of setuptools."""
    (site / "epsilon-5.0-py3.11.egg-info").write_text("Metadata-Version: 1.1\nName: epsilon\nVersion: 5.0\n")
    directory = site / "zeta-6.0-py3.11.egg-info"
    directory.mkdir()
    (directory / "PKG-INFO").write_text(
        "Metadata-Version: 1.2\r\nName: zeta\r\nVersion: 6.0\r\nRequires-Python: >=2.7\r\n"
    )
    (directory / "requires.txt").write_text('six\n\n[:python_version < "3"]\nfutures\n\n[test]\npytest>=3\n')
    (directory / "installed-files.txt").write_text("../zeta.py\nPKG-INFO\n")


def sites(installed: Installed) -> list[str]:
    return [installed.site, "srv/function", installed.site.replace("opt/app", "usr")]


def test_packages_equal_pip_inspect(installed: Installed) -> None:
    rows = {
        row["metadata_path"]: row
        for environment in installed.section()["environments"]
        for row in environment["packages"]
        if row["shadowed_by"] is None
    }
    compared = 0
    for site in sites(installed):
        told = json.loads(installed.pip("inspect", "--path", str(installed.root / site)))["installed"]
        expected = {str(Path(row["metadata_location"]).relative_to(installed.root)): row for row in told}
        assert {path for path in rows if rows[path]["location"] == site} == expected.keys()
        for path, row in expected.items():
            assert _ours(rows[path]) == _pips(row), path
            compared += 1
    assert compared >= 8
    print(f"\n{compared} distributions in {len(sites(installed))} directories are equal to pip inspect's")


def _pips(row: dict[str, Any]) -> dict[str, Any]:
    metadata = row["metadata"]
    return {
        "name": metadata["name"],
        "version": metadata["version"],
        "installer": row.get("installer"),
        "requested": row.get("requested"),
        "requires_python": metadata.get("requires_python"),
        "requires_dist": metadata.get("requires_dist", []),
        "provides_extra": metadata.get("provides_extra", []),
        "direct_url": row.get("direct_url"),
    }


def _ours(row: dict[str, Any]) -> dict[str, Any]:
    fields = ("name", "version", "installer", "requested", "requires_python", "requires_dist", "provides_extra")
    return {field: row[field] for field in (*fields, "direct_url")}


def test_packages_equal_pip_list(installed: Installed) -> None:
    environments = installed.section()["environments"]
    for site in sites(installed):
        told = json.loads(installed.pip("list", "--format=json", "--path", str(installed.root / site)))
        (environment,) = [one for one in environments if site in one["paths"]]
        found = [(row["name"], row["version"]) for row in environment["packages"] if row["shadowed_by"] is None]
        assert sorted(found) == sorted((row["name"], row["version"]) for row in told)
        print(f"\n{site}: {len(found)} distributions are equal to pip list's")


def test_what_pip_does_not_tell(installed: Installed) -> None:
    section = installed.section()
    environment = next(one for one in section["environments"] if one["prefix"] == "opt/app")
    rows = {row["name"]: row for row in environment["packages"]}
    assert (environment["kind"], environment["include_system_site"]) == ("virtualenv", False)
    assert [name for name, row in rows.items() if row["editable"]] == ["Gamma"]
    assert rows["Alpha.One"]["native_libraries"] == [f"{installed.site}/alpha/_speed.abi3.so"]
    assert (rows["Alpha.One"]["top_level"], rows["delta"]["top_level"]) == (["alpha"], ["d"])
    kinds = {one["prefix"]: one["kind"] for one in section["environments"]}
    assert (kinds["usr"], kinds["srv/function"]) == ("system", "unbound")
