"""Popular packages with native code, resolved for a Debian image and installed in it: they fit, and they load.

Packages come from the index that pip is configured to ask.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.debian import inside
from package_extract import resolve
from package_extract.resolver.index import open_source
from package_extract.resolver.index.pip_configuration import PipConfiguration
from package_extract.resolver.lock.requirements_txt import constraints_txt, requirements_txt
from tests.integration.images import DebianImage, debian_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from package_extract.resolver.answer import Answer
    from package_extract.resolver.source import Source

pytestmark = pytest.mark.integration

IMPORTS = {
    "aiohttp": "aiohttp",
    "bcrypt": "bcrypt",
    "cffi": "cffi",
    "contourpy": "contourpy",
    "cryptography": "cryptography.hazmat.bindings._rust",
    "frozenlist": "frozenlist",
    "greenlet": "greenlet",
    "grpcio": "grpc",
    "h5py": "h5py",
    "kiwisolver": "kiwisolver",
    "lxml": "lxml.etree",
    "lz4": "lz4.frame",
    "markupsafe": "markupsafe._speedups",
    "matplotlib": "matplotlib.pyplot",
    "msgpack": "msgpack",
    "orjson": "orjson",
    "pandas": "pandas",
    "pillow": "PIL.Image",
    "protobuf": "google.protobuf.message",
    "psutil": "psutil",
    "psycopg2-binary": "psycopg2",
    "pydantic": "pydantic",
    "pynacl": "nacl.bindings",
    "pyyaml": "yaml",
    "pyzmq": "zmq",
    "regex": "regex",
    "scikit-learn": "sklearn.linear_model",
    "scipy": "scipy.linalg",
    "sqlalchemy": "sqlalchemy",
    "zstandard": "zstandard",
}
SYSTEM, VENV = "/usr/bin/python3", "/opt/app/bin/python"


@pytest.fixture(scope="module")
def image() -> DebianImage:
    return debian_image()


@pytest.fixture(scope="module")
def document(image: DebianImage) -> dict[str, Any]:
    command = [sys.executable, "-m", "package_extract", "analyze", f"oci:{image.oci}", "--no-cache"]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    from dataclasses import replace

    options = PipConfiguration.of_this_user().index_options()
    cache = str(tmp_path_factory.mktemp("cache"))
    with open_source(replace(options, find_links=(), extra_index_urls=(), cache_dir=cache)) as opened:
        yield opened


@pytest.fixture
def root(image: DebianImage, tmp_path: Path) -> Path:
    """A copy of the image to install into."""
    copy = tmp_path / "root"
    subprocess.run(["cp", "--archive", "--reflink=auto", str(image.root), str(copy)], check=True)
    return copy


def install(answer: Answer, source: Source, root: Path, python: str, *options: str) -> None:
    """What an answer says, by the image's own pip."""
    wheels = root / "tmp" / "wheels"
    wheels.mkdir()
    for pin in answer.environment.to_install:
        assert pin.file is not None
        (wheels / pin.file.filename).write_bytes(source.download(pin.file, 1 << 30))
    (wheels / "lock.txt").write_text(requirements_txt(answer.environment))
    (wheels / "stays.txt").write_text(constraints_txt(answer.environment))
    quiet = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore", "--no-index", "--no-cache-dir"]
    hashed = ["--no-deps", "--require-hashes", "--find-links=/tmp/wheels", "--requirement=/tmp/wheels/lock.txt"]
    inside(root, python, "-m", "pip", "install", *quiet, *hashed, *options)
    shutil.rmtree(wheels)


@pytest.mark.parametrize(("python", "options"), [(SYSTEM, ["--break-system-packages"]), (VENV, [])])
def test_the_answer_works_in_the_image(
    document: dict[str, Any], source: Source, root: Path, python: str, options: list[str]
) -> None:
    answer = resolve(IMPORTS, document, python=python, source=source)
    before = json.loads(inside(root, python, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"))
    install(answer, source, root, python, *options)
    inside(root, python, "-m", "pip", "check", "--disable-pip-version-check")
    inside(root, python, "-c", "\n".join(f"import {module}" for module in IMPORTS.values()))
    listed = json.loads(inside(root, python, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"))
    versions = {each["name"].lower().replace("_", "-"): each["version"] for each in listed}
    kept = {pin.name for pin in answer.environment.kept}
    for each in before:
        name = each["name"].lower().replace("_", "-")
        if name in kept or name not in answer.pins:
            assert versions[name] == each["version"]
    states = [pin.verification.state for pin in answer.environment.to_install if pin.verification]
    print(
        f"{python}: {len(IMPORTS)} asked for, {len(answer.environment.to_install)} installed, {len(kept)} kept, "
        f"{states.count('verified')} of {len(states) - states.count('pure')} native wheels verified"
    )
    assert states.count("failed") == 0


def test_each_alone_can_be_had(document: dict[str, Any], source: Source) -> None:
    for name in IMPORTS:
        answer = resolve(name, document, python=SYSTEM, source=source)
        assert name in answer.pins


def test_opencv_needs_what_the_image_lacks(document: dict[str, Any], source: Source) -> None:
    from package_extract.resolver.errors import NoSolution

    with pytest.raises(NoSolution, match=r"libGL\.so\.1, .*libgl1") as caught:
        resolve("opencv-python", document, python=VENV, source=source)
    assert any("opencv-python-headless" in suggestion for suggestion in caught.value.conflict.suggestions)
    answer = resolve("opencv-python-headless", document, python=VENV, source=source)
    (pin,) = (each for each in answer.environment.pins if each.name == "opencv-python-headless")
    assert pin.verification is not None
    assert pin.verification.state == "verified"
