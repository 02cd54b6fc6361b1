"""`pex` builds for an interpreter that it never saw, from the complete platform that the document gives."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from package_extract.document.writing import encode
from package_extract.pipeline import run
from tests.python_binaries import cpython, glibc, musl

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.version_info >= (3, 12), reason="pex has no pip of its own for this Python"),
]

WHEELS = {
    "manylinux": "cp39-cp39-manylinux_2_31_aarch64",
    "newer": "cp39-cp39-manylinux_2_32_aarch64",
    "musllinux": "cp39-cp39-musllinux_1_2_aarch64",
    "stable": "cp36-abi3-manylinux2014_aarch64",
    "other": "cp39-cp39-manylinux_2_17_x86_64",
    "pure": "py3-none-any",
}
GLIBC = {"usr/lib/libc.so.6": glibc("2.31", "aarch64"), "usr/bin/python3.9": cpython("3.9.2", "aarch64")}
LOADER = "/lib/ld-musl-aarch64.so.1"
MUSL = {
    "lib/ld-musl-aarch64.so.1": musl("1.2.4", "aarch64"),
    "usr/bin/python3.9": cpython("3.9.2", "aarch64", interpreter=LOADER),
}


@pytest.fixture(scope="module")
def pex_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pex keeps its own pip."""
    if importlib.util.find_spec("pex") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("needs pex")
    return tmp_path_factory.mktemp("pex")


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A directory with a wheel of each project."""
    directory = tmp_path / "wheels"
    directory.mkdir()
    for name, tag in WHEELS.items():
        information = f"{name}-1.dist-info"
        texts = {
            f"{name}.py": "",
            f"{information}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
            f"{information}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}\n",
        }
        record = "".join(f"{path},,\n" for path in (*texts, f"{information}/RECORD"))
        with zipfile.ZipFile(directory / f"{name}-1-{tag}.whl", "w") as wheel:
            for path, text in {**texts, f"{information}/RECORD": record}.items():
                wheel.writestr(path, text)
    return directory


@pytest.mark.parametrize(
    ("files", "accepted"), [(GLIBC, {"manylinux", "stable", "pure"}), (MUSL, {"musllinux", "pure"})]
)
def test_pex_accepts_the_platform(
    tmp_path: Path, wheels: Path, pex_root: Path, files: dict[str, bytes], accepted: set[str]
) -> None:
    for path, content in files.items():
        (tmp_path / "root" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / path).write_bytes(content)
    (tmp_path / "document.json").write_bytes(encode(run(f"rootfs:{tmp_path / 'root'}")))
    command = [sys.executable, "-m", "package_extract", "tags", str(tmp_path / "document.json"), "--format", "pex"]
    (tmp_path / "platform.json").write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    environment = {**os.environ, "PEX_ROOT": str(pex_root)}
    built = set()
    for name in WHEELS:
        command = [sys.executable, "-m", "pex", "--complete-platform", str(tmp_path / "platform.json")]
        options = ["--no-build", "--no-pypi", f"--find-links={wheels}", f"--output-file={tmp_path / name}.pex", name]
        done = subprocess.run([*command, *options], env=environment, capture_output=True, text=True)
        if done.returncode == 0:
            built.add(name)
        else:
            assert "No matching distribution" in done.stderr, done.stderr

    assert built == accepted
