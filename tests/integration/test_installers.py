"""uv and pip choose for the interpreter of an image, told by `tags --format uv-args` and `--format pip-args`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.stand_in_image import write_image
from tests.docs.stand_in_wheels import write_wheels

pytestmark = pytest.mark.integration


@pytest.fixture
def place(tmp_path):
    """A directory with wheels and a document; numpy 2.2.0 there is for a newer C library than the image's."""
    write_wheels(tmp_path / "wheels")
    write_image(tmp_path / "image.tar")
    run(tmp_path, "analyze", "image.tar", "--no-cache", "-o", "document.json")
    return tmp_path


def run(place: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "package_extract", *arguments]
    return subprocess.run(command, cwd=place, check=True, capture_output=True, text=True).stdout


def told(place: Path, form: str) -> list[str]:
    return run(place, "tags", "document.json", "--format", form).split()


def test_uv_compiles_for_the_image(place):
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.exists() else shutil.which("uv")
    if uv is None:
        message = "uv is not installed"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    (place / "requirements.in").write_text("numpy\nflask\n")
    where = [
        "--no-index",
        "--find-links",
        "wheels",
        "--no-config",
        "--cache-dir",
        "cache",
        "--no-annotate",
        "--no-header",
    ]
    command = [uv, "pip", "compile", *told(place, "uv-args"), *where, "requirements.in"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, ["flask==3.1.2", "numpy==2.1.0", "werkzeug==3.1.3"]), (
        done.stderr
    )


def test_pip_downloads_for_the_image(place):
    where = ["--no-index", "--find-links", "wheels", "--disable-pip-version-check", "-d", "downloaded"]
    command = [
        sys.executable,
        "-m",
        "pip",
        "--isolated",
        "download",
        *told(place, "pip-args"),
        *where,
        "numpy",
        "flask",
    ]
    subprocess.run(command, cwd=place, check=True, capture_output=True)
    assert sorted(path.name for path in (place / "downloaded").iterdir()) == [
        "flask-3.1.2-py3-none-any.whl",
        "numpy-2.1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
        "werkzeug-3.1.3-py3-none-any.whl",
    ]
