"""A Debian image in which much is broken: requirements, wheels of another machine, two releases of CUDA, a package of
the operating system that pip wrote over."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.debian import PYTHON_VERSION, inside
from benchmarks.layers import ImageLayer, write_docker_archive, write_layer
from tests.integration.images import debian_image, kept

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["BrokenImage", "broken_image"]

VENV = "/opt/broken"
OVERLAY = "/opt/overlay"
"""A virtual environment that sees the packages of the system, too."""
SITE = f"{VENV}/lib/python{PYTHON_VERSION}/site-packages"
PINS = ["pip==25.3", "requests==2.32.3", "urllib3==1.20", "Jinja2==3.1.5", "zipp==3.0.0"]
"""requests lacks three packages and has too old an urllib3; Jinja2 has no MarkupSafe that this machine can load."""
CUDA = ["nvidia-cuda-runtime-cu12==12.4.127", "nvidia-nvtx-cu12==12.4.127", "nvidia-cuda-runtime-cu11==11.8.89"]
FOREIGN = "MarkupSafe==3.0.2"
OVER_DEBIAN = "PyYAML==6.0.2"
LOCK = "requests==2.31.0\nurllib3==1.20\nzipp>=3\n"
METADATA = """\
Metadata-Version: 2.1
Name: Mark.Ers
Version: 1.0
Requires-Python: >=3.12
Requires-Dist: never ; python_version < "3.11"
Requires-Dist: here ; python_version >= "3.11" and sys_platform == "linux"
Requires-Dist: machine ; platform_machine != "s390x"
Requires-Dist: extra-only ; extra == "more"
Requires-Dist: pypy-only ; implementation_name == "pypy"
Requires-Dist: URLLIB3[socks] (>=2,<3)
Requires-Dist: zipp == 3.*
"""
VERSION = 4


@dataclass(frozen=True)
class BrokenImage:
    """The image and what it is made of."""

    root: Path
    """The root filesystem as a directory, for chroot."""
    docker_archive: Path
    """The same as an image."""


def broken_image() -> BrokenImage:
    """The image, built if this machine does not have it yet."""
    base = debian_image()
    recipe = [str(base.root), PINS, CUDA, FOREIGN, OVER_DEBIAN, LOCK, METADATA, VERSION]
    with kept("broken", recipe) as (directory, work):
        if work is not None:
            _build(base.root, work)
    return BrokenImage(directory / "root", directory / "docker-archive.tar")


def _build(base: Path, work: Path) -> None:
    root = work / "root"
    subprocess.run(["cp", "-a", str(base), str(root)], check=True)
    inside(root, "python3", "-m", "venv", VENV)
    _install_alone(root, f"{VENV}/bin/python", [*PINS, *CUDA])
    _unzip_foreign(root / SITE.lstrip("/"), work / "wheels")
    _install_markers(root / SITE.lstrip("/") / "Mark.Ers-1.0.dist-info")
    _install_alone(root, "/usr/bin/python3", [OVER_DEBIAN], "--upgrade", "--target=/usr/lib/python3/dist-packages")
    _install_alone(root, "/usr/bin/python3", ["requests==2.32.3"], "--break-system-packages")
    inside(root, "python3", "-m", "venv", "--system-site-packages", OVERLAY)
    _install_alone(root, f"{OVERLAY}/bin/python", ["idna==2.0"])
    (root / "srv/requirements.txt").write_text(LOCK)
    layer = work / "layer.tar"
    write_layer(root, layer)
    write_docker_archive(work / "docker-archive.tar", [ImageLayer(layer, "copy")], {}, "test/broken:latest")
    layer.unlink()


def _install_alone(root: Path, python: str, requirements: list[str], *options: str) -> None:
    """Install wheels by the root's own pip, without what they require."""
    wheels = root / "tmp/wheels"
    _download(wheels, requirements)
    offline = ["--quiet", "--no-deps", "--no-index", "--find-links=/tmp/wheels", "--no-cache-dir", *options]
    inside(root, python, "-m", "pip", "install", *offline, "--root-user-action=ignore", *requirements)
    shutil.rmtree(wheels)


def _download(wheels: Path, requirements: list[str], *options: str) -> None:
    command = ["download", "--quiet", "--no-deps", "--only-binary=:all:", f"--python-version={PYTHON_VERSION}"]
    subprocess.run([sys.executable, "-m", "pip", *command, *options, f"--dest={wheels}", *requirements], check=True)


def _unzip_foreign(site: Path, wheels: Path) -> None:
    """A wheel for another machine, as a copied directory has it: pip itself would not install it."""
    _download(wheels, [FOREIGN], "--platform=manylinux2014_aarch64")
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
    shutil.rmtree(wheels)


def _install_markers(directory: Path) -> None:
    directory.mkdir()
    (directory / "METADATA").write_text(METADATA)
    (directory / "WHEEL").write_text(
        "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n"
    )
    (directory / "RECORD").write_text("Mark.Ers-1.0.dist-info/METADATA,,\n")
