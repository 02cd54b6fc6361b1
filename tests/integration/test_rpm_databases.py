"""Databases made now by rpm and Berkeley DB's tools, compared with what rpm itself says of them, field by field."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from package_extract.formats.rpm import database
from package_extract.formats.rpm.file_list import paths
from package_extract.formats.rpm.package import utc

BUILD = Path(__file__).parents[2] / "fixtures" / "rpm" / "build.py"
TOOLS = ("rpm", "rpmbuild", "gpg", "db5.3_load")
FILES = {"rpmdb.sqlite": "sqlite", "Packages": "bdb", "Packages.db": "ndb"}

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    """The directory that the build script filled. `RPM_WITH_NDB` may name an rpm that writes ndb databases."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not installed: {', '.join(missing)}")
    target = tmp_path_factory.mktemp("databases")
    ndb = os.environ.get("RPM_WITH_NDB")
    command = [sys.executable, BUILD, target, *(["--ndb-rpm", ndb] if ndb else [])]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


def rows(content):
    problems = []
    view = memoryview(content)
    found = list(database.packages(view, database.backend(view), problems.append))
    assert problems == []
    return [{**row, "files": paths(files, 1 << 20)} for row, files in found]


def as_rpm_says(databases):
    return [
        {**row, "install_time": utc(row["install_time"]), "files": [file.split("\t")[1] for file in row["files"]]}
        for row in json.loads((databases / "expected.json").read_text())
    ]


def count(value):
    return len(value) if isinstance(value, list) else 1


def test_every_field_of_every_package_is_what_rpm_says(databases):
    wanted = sorted(as_rpm_says(databases), key=lambda row: row["name"])
    compared = 0
    files = [(path, kind) for path in sorted(databases.rglob("*")) if (kind := FILES.get(path.name))]
    for path, kind in files:
        content = path.read_bytes()
        assert database.backend(memoryview(content)) == kind
        found = sorted(rows(content), key=lambda row: row["name"])
        # The ndb database is another installation of the same packages, without the key.
        same = kind != "ndb"
        truth = wanted if same else [row for row in wanted if row["name"] != "gpg-pubkey"]
        assert [row["name"] for row in found] == [row["name"] for row in truth]
        for row, true in zip(found, truth, strict=True):
            for key, value in true.items():
                if same or key != "install_time":
                    assert row[key] == value, f"{path.parent.name}: {key} of {row['name']}"
                    compared += count(value)
    print(f"{len(files)} databases, {compared} values compared with rpm's")
    assert len(files) >= 7
    assert compared > 200 * len(files)
