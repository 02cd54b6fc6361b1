"""Debian's Python for other architectures, which cannot run here: held against its packages and against packaging."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import packaging._manylinux
import pytest

from benchmarks.debian import SUITE
from package_extract.document.python_interpreters import PythonInterpretersSection
from tests.integration.debian_archive import mirror
from tests.integration.images import kept, require

if TYPE_CHECKING:
    from pathlib import Path

    from package_extract.document.python_interpreters import PythonInterpreter

pytestmark = pytest.mark.integration

ARCHITECTURES = {
    "arm64": ("aarch64", "aarch64-linux-gnu"),
    "armhf": ("armv7l", "arm-linux-gnueabihf"),
    "armel": ("armv7l", "arm-linux-gnueabi"),
    "i386": ("i686", "i386-linux-gnu"),
    "ppc64el": ("ppc64le", "powerpc64le-linux-gnu"),
    "s390x": ("s390x", "s390x-linux-gnu"),
}
"""Debian's architectures with what `uname -m` prints there and with Python's name of the platform."""
PACKAGES = ["python3.11-minimal", "libc6"]


@pytest.fixture(scope="module", params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def root(architecture: str) -> Path:
    """A root filesystem of the packages, unpacked and not configured."""
    require("mmdebstrap", "unshare", "apt-get")
    with kept(f"foreign-{architecture}", [architecture, SUITE, PACKAGES]) as (directory, work):
        if work is not None:
            command = ["unshare", "--mount", "mmdebstrap", "--quiet", "--variant=extract"]
            options = [f"--architectures={architecture}", f"--include={','.join(PACKAGES)}"]
            subprocess.run([*command, *options, SUITE, str(work / "root"), f"deb {mirror()} {SUITE} main"], check=True)
            shutil.rmtree(work / "root" / "dev", ignore_errors=True)
    return directory / "root"


@pytest.fixture(scope="module")
def interpreter(root: Path, tmp_path_factory: pytest.TempPathFactory) -> PythonInterpreter:
    out = tmp_path_factory.mktemp("document") / "document.json"
    command = [sys.executable, "-m", "package_extract", "analyze", f"rootfs:{root}", "--no-cache", "-o", str(out)]
    subprocess.run([*command, "--analyzer", "python_interpreters"], check=True)
    document: dict[str, Any] = json.loads(out.read_bytes())
    assert document["problems"] == []
    (one,) = PythonInterpretersSection.model_validate(document["results"]["python_interpreters"]).interpreters
    return one


def upstream(root: Path, package: str) -> str:
    """The version of a package, from its changelog, without Debian's part."""
    text = gzip.decompress((root / "usr/share/doc" / package / "changelog.Debian.gz").read_bytes()).decode()
    match = re.match(r"\S+ \(([\d.]+)", text)
    assert match
    return match[1]


def test_versions_are_those_of_the_packages(root: Path, interpreter: PythonInterpreter) -> None:
    assert interpreter.version == upstream(root, "python3.11-minimal")
    assert interpreter.libc is not None
    assert (interpreter.libc.family, interpreter.libc.version) == ("glibc", upstream(root, "libc6"))


def test_platform(architecture: str, interpreter: PythonInterpreter) -> None:
    machine, multiarch = ARCHITECTURES[architecture]

    assert (interpreter.architecture, interpreter.multiarch) == (machine, multiarch)
    assert interpreter.ext_suffix == f".cpython-311-{multiarch}.so"
    assert interpreter.marker_environment["platform_machine"] == machine


def test_tags_are_those_that_packaging_gives_for_this_binary(
    root: Path, interpreter: PythonInterpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert interpreter.libc is not None
    version = tuple(map(int, (interpreter.libc.version or "").split(".")))
    monkeypatch.setattr(sys, "executable", str(root / interpreter.path))
    monkeypatch.setattr(packaging._manylinux, "_get_glibc_version", lambda: version)
    monkeypatch.setattr(packaging._manylinux, "_get_manylinux_module", lambda: None)

    machine = interpreter.architecture
    assert machine is not None
    expected = [f"linux_{machine}", *packaging._manylinux.platform_tags([machine])]
    assert interpreter.platforms == expected
    print(f"\n{len(expected)} platform tags are equal")
