"""Popular packages with native code, resolved for two Debian images and installed in them: they fit, and they load.

Packages come from the index that pip is configured to ask.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from package_extract import resolve
from package_extract.document.writing import encode
from package_extract.resolver.index import open_source
from package_extract.resolver.index.pip_configuration import PipConfiguration
from package_extract.resolver.lock.answer_json import answer_data
from package_extract.resolver.lock.answer_model import read_answer
from package_extract.resolver.resolve import target_from
from tests.integration.image_python import ImagePython
from tests.integration.images import DebianImage, OlderDebianImage, debian_image, older_debian_image

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def document_of(image: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "package_extract", "analyze", image, "--no-cache"]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return document_of(f"oci:{debian_image().oci}")


@pytest.fixture(scope="module", params=["debian", "older-debian"])
def python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ImagePython:
    """Debian's own Python with packages of Debian, and that of a virtual environment on an older C library."""
    root = tmp_path_factory.mktemp(request.param) / "root"
    if request.param == "debian":
        image: DebianImage | OlderDebianImage = debian_image()
        found, path, options = request.getfixturevalue("document"), SYSTEM, ["--break-system-packages"]
    else:
        image = older_debian_image()
        found, path, options = document_of(f"docker-archive:{image.docker_archive}"), VENV, []
    subprocess.run(["cp", "--archive", "--reflink=auto", str(image.root), str(root)], check=True)
    return ImagePython(root, path, found, options)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    from msgspec.structs import replace

    options = PipConfiguration.of_this_user().index_options()
    cache = str(tmp_path_factory.mktemp("cache"))
    with open_source(replace(options, find_links=(), extra_index_urls=(), cache_dir=cache)) as opened:
        yield opened


def states(answer: Answer) -> list[str]:
    return [pin.verification.state for pin in answer.environment.pins if pin.verification]


def test_the_target_accepts_what_pip_in_the_image_accepts(python: ImagePython) -> None:
    ask = "from pip._internal.utils.compatibility_tags import get_supported; print(*get_supported())"
    accepted = set(python.run("-c", ask).split())
    tags = set(target_from(python.document, python.python).tags)
    assert accepted <= tags
    assert max(map(_glibc, accepted)) == max(map(_glibc, tags))


def _glibc(tag: str) -> int:
    """The minor version of glibc 2 in a tag; 0 in a tag without."""
    found = re.search(r"manylinux_2_(\d+)_", tag)
    return int(found[1]) if found else 0


@pytest.fixture(scope="module")
def together(python: ImagePython, source: Source) -> Answer:
    """The answer for all packages. What it takes to find it is at hand afterwards for those of one package."""
    return resolve(IMPORTS, python.document, python=python.python, source=source)


@pytest.mark.usefixtures("together")
def test_each_package_alone_works(python: ImagePython, source: Source) -> None:
    answers = {name: resolve(name, python.document, python=python.python, source=source) for name in IMPORTS}
    assert all(name in answer.pins for name, answer in answers.items())
    assert not any("failed" in states(answer) for answer in answers.values())
    python.fetch(list(answers.values()), source)
    modules = python.try_each(answers, IMPORTS)
    print(f"{python.root.parent.name}: {len(answers)} packages one by one, {modules} modules imported")


def test_all_packages_together_work(python: ImagePython, source: Source, together: Answer) -> None:
    answer, before = together, python.installed()
    python.fetch([answer], source)
    python.install(answer)
    python.check()
    chosen, kept = answer.environment.to_install, {pin.name for pin in answer.environment.kept}
    modules = sorted({module for pin in chosen for module in python.top_level_modules(pin)} | set(IMPORTS.values()))
    python.run("-c", "\n".join(f"import {module}" for module in modules))
    expected = {name: version for name, version in before.items() if name in kept or name not in answer.pins}
    assert python.installed() == expected | {pin.name: pin.version for pin in chosen}
    print(
        f"{python.root.parent.name}: {len(IMPORTS)} packages together, {len(chosen)} installed, {len(kept)} kept, "
        f"{states(answer).count('verified')} of {len(chosen) - states(answer).count('pure')} native wheels verified, "
        f"{len(modules)} modules imported"
    )
    assert "failed" not in states(answer)
    data = answer_data(answer)
    assert read_answer(encode(data)).model_dump() == data


def test_opencv_needs_what_the_image_lacks(document: dict[str, Any], source: Source) -> None:
    from package_extract.resolver.errors import NoSolution

    with pytest.raises(NoSolution, match=r"libGL\.so\.1, .*libgl1") as caught:
        resolve("opencv-python", document, python=VENV, source=source)
    assert any("opencv-python-headless" in suggestion for suggestion in caught.value.conflict.suggestions)
    answer = resolve("opencv-python-headless", document, python=VENV, source=source)
    (pin,) = (each for each in answer.environment.pins if each.name == "opencv-python-headless")
    assert pin.verification is not None
    assert pin.verification.state == "verified"
