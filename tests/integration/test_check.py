"""What `pip check` says inside, run by chroot, beside what we say from the image at rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from package_extract import AnalyzeOptions, Document, analyze, check
from tests.integration.broken_image import OVERLAY, SITE, VENV, broken_image

if TYPE_CHECKING:
    from package_extract import Findings
    from tests.integration.broken_image import BrokenImage

pytestmark = pytest.mark.integration

PIP_CHECK = ("missing-requirement", "conflicting-requirement", "unsupported-wheel")


@pytest.fixture(scope="module")
def image() -> BrokenImage:
    return broken_image()


@pytest.fixture(scope="module")
def document(image: BrokenImage) -> Document:
    return analyze(f"docker-archive:{image.docker_archive}", AnalyzeOptions(verify="none"))


@pytest.fixture(scope="module")
def findings(document: Document) -> Findings:
    return check(document)


def pip_check(image: BrokenImage, python: str) -> list[str]:
    """The lines of `pip check`, which ends with 1 if there are any."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["chroot", str(image.root), python, "-m", "pip", "--disable-pip-version-check", "check"]
    done = subprocess.run(command, env=environment, cwd="/", stdout=subprocess.PIPE, text=True)
    assert done.returncode in (0, 1)
    return [line for line in done.stdout.splitlines() if line != "No broken requirements found."]


@pytest.mark.parametrize(
    ("python", "at_least"),
    [(f"{VENV}/bin/python", 8), (f"{OVERLAY}/bin/python", 3), ("/usr/bin/python3.11", 4), ("/opt/app/bin/python", 0)],
)
def test_requirements_equal_pip_check(image: BrokenImage, findings: Findings, python: str, at_least: int) -> None:
    told = pip_check(image, python)
    ours = [one.message for one in findings.findings if one.interpreter == python.lstrip("/") and one.kind in PIP_CHECK]
    assert sorted(ours) == sorted(told)
    print(f"\n{python}: {len(told)} findings are equal to those of pip check")
    assert len(told) >= at_least


def test_what_pip_check_does_not_say(findings: Findings) -> None:
    found = {(one.kind, one.severity): one for one in findings.findings}
    python = found["unsupported-python", "warning"]
    assert (python.message, python.environment) == (
        "mark-ers 1.0 requires Python >=3.12, but this is Python 3.11.2.",
        VENV.lstrip("/"),
    )
    over = found["overwritten-package", "warning"]
    assert over.package is not None
    assert (over.package.name, over.package.version) == ("PyYAML", "6.0.2")
    assert "of the deb package python3-yaml 6.0-3" in over.message
    assert "wheels for CUDA 11 and 12" in found["cuda-conflict", "warning"].message
    assert "requests 2.31.0 (is 2.32.3)" in found["lock-differs", "info"].message


def test_the_files_that_both_list(image: BrokenImage, document: Document) -> None:
    """What dpkg lists and the wheel's RECORD lists, counted by reading both."""
    listed = set((image.root / "var/lib/dpkg/info/python3-yaml.list").read_text().splitlines())
    site = image.root / "usr/lib/python3/dist-packages"
    record = (site / "PyYAML-6.0.2.dist-info/RECORD").read_text().splitlines()
    paths = {os.path.normpath(f"/usr/lib/python3/dist-packages/{line.split(',')[0]}") for line in record}
    (row,) = [row for row in packages(document) if row["overwrites"]]
    assert [(over["owner"]["name"], over["files"]) for over in row["overwrites"]] == [
        ("python3-yaml", len(paths & listed))
    ]
    assert len(paths & listed) > 10


def packages(document: Document) -> list[dict[str, Any]]:
    section = document.results.model_dump()["python_packages"]
    return [row for environment in section["environments"] for row in environment["packages"]]


def test_cuda_of_the_wheels(image: BrokenImage, document: Document) -> None:
    cuda = document.results.cuda
    assert cuda is not None
    assert [(row.name, row.version, row.source, row.cuda_version) for row in cuda.libraries] == [
        ("cudart", "11.8.89", "wheel", "11.8"),
        ("cudart", "12.4.127", "wheel", "12.4"),
        ("nvtx", "12.4.127", "wheel", "12"),
    ]
    for row in cuda.libraries:
        assert row.path is not None
        assert row.path.startswith(SITE.lstrip("/"))
        assert (image.root / row.path).is_file()
    assert (cuda.toolkits, cuda.minimum_driver) == ([], "525.60.13")


def test_the_command_reads_the_document_as_the_image(image: BrokenImage, document: Document, tmp_path: Any) -> None:
    path = tmp_path / "document.json"
    path.write_text(document.model_dump_json())
    command = [sys.executable, "-m", "package_extract", "check", "--format", "json"]
    outputs = []
    for target in (str(path), f"docker-archive:{image.docker_archive}"):
        done = subprocess.run([*command, "--no-cache", target], stdout=subprocess.PIPE)
        assert done.returncode == 1
        outputs.append(json.loads(done.stdout)["findings"])
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) > 10
