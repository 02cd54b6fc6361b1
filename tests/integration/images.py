"""Real images for integration tests, built once per machine and kept in a cache directory.

The directory is `$PACKAGE_EXTRACT_TEST_CACHE`, by default `package-extract-tests` in the user's cache directory.
Builders wait for each other, and an image appears only when it is whole, so tests may run side by side and be
interrupted. Its name carries a digest of what it is made of: a changed recipe is a new image.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.debian import SUITE, bootstrap, inside, pip_install
from benchmarks.layers import ImageLayer, snapshot, write_docker_archive, write_layer, write_oci_layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["DebianImage", "OlderDebianImage", "debian_image", "kept", "older_debian_image", "require"]

DEBIAN_PACKAGES = ["python3", "python3-pip", "python3-venv", "python3-yaml", "python3-jinja2", "python3-numpy"]
OLDER_SUITE, OLDER_PACKAGES = "bullseye", ["python3-venv"]
VENV = "/opt/app"
PYTHON_PACKAGES: dict[str, tuple[str, list[str], list[str]]] = {
    "virtual environment": (f"{VENV}/bin/python", ["requests==2.32.3", "PyYAML==6.0.2", "wheel==0.45.1"], []),
    "administrator's": ("/usr/bin/python3", ["attrs==24.3.0", "Jinja2==3.1.5"], ["--break-system-packages"]),
    "target": ("/usr/bin/python3", ["six==1.17.0", "python-dateutil==2.9.0.post0"], ["--target=/srv/function"]),
    "user": ("/usr/bin/python3", ["packaging==24.2"], ["--break-system-packages", "--user"]),
}
"""Where pip installs what: the interpreter, the requirements, the options."""
PROJECT = {
    "pyproject.toml": """
[build-system]
requires = ["setuptools", "wheel"]
build-backend = "setuptools.build_meta"
[project]
name = "editable-project"
version = "1.5"
dependencies = ["requests>=2"]
""",
    "editable_project.py": "",
}
"""A project that is installed from its own directory into the virtual environment, as developers do."""


@dataclass(frozen=True)
class DebianImage:
    """A Debian system with Python packages installed in every usual way, in two layers."""

    root: Path
    """The root filesystem as a directory, for chroot. Leave it as it is."""
    oci: Path
    """The same as an OCI layout with gzip layers."""
    docker_archive: Path
    """The same as a docker-archive with plain layers."""

    def run(self, *command: str) -> str:
        """What a command prints that runs inside by chroot."""
        return inside(self.root, *command)


@dataclass(frozen=True)
class OlderDebianImage:
    """A Debian system with an older C library (glibc 2.31), and an empty virtual environment of its Python 3.9."""

    root: Path
    """The root filesystem as a directory, for chroot. Leave it as it is."""
    docker_archive: Path
    """The same as an image of one plain layer."""


def require(*tools: str) -> None:
    """Skip the test where a tool or root's rights are missing; fail instead where CI is set."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if os.geteuid() != 0:
        missing.append("root's rights")
    if missing:
        reason = f"needs {', '.join(missing)}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def debian_image() -> DebianImage:
    """The Debian image, built if this machine does not have it yet (about two minutes, 600 MB)."""
    require("mmdebstrap", "chroot", "skopeo", "tar")
    recipe = [SUITE, DEBIAN_PACKAGES, VENV, PYTHON_PACKAGES, PROJECT, _sources()]
    with kept("debian", recipe) as (directory, work):
        if work is not None:
            _build_debian(work)
    return DebianImage(directory / "root", directory / "oci", directory / "docker-archive.tar")


def _build_debian(work: Path) -> None:
    root = work / "root"
    bootstrap(root, DEBIAN_PACKAGES)
    write_layer(root, work / "base.tar")
    before = snapshot(root)
    inside(root, "python3", "-m", "venv", VENV)
    for python, requirements, options in PYTHON_PACKAGES.values():
        pip_install(root, python, requirements, options)
    _install_editable(root / "srv" / "project")
    write_layer(root, work / "python.tar", before)
    layers = [ImageLayer(work / "base.tar", "mmdebstrap"), ImageLayer(work / "python.tar", "pip install")]
    write_docker_archive(work / "docker-archive.tar", layers, {"Cmd": ["python3"]}, "test/debian:latest")
    write_oci_layout(work / "docker-archive.tar", work / "oci", "gzip")
    for layer in layers:
        layer.path.unlink()


def _install_editable(project: Path) -> None:
    project.mkdir()
    for name, text in PROJECT.items():
        (project / name).write_text(text)
    root = project.parent.parent
    options = ["--quiet", "--no-index", "--no-build-isolation", "--root-user-action=ignore"]
    inside(root, f"{VENV}/bin/python", "-m", "pip", "install", *options, "--editable", "/srv/project")


def older_debian_image() -> OlderDebianImage:
    """The image of an older Debian, built if this machine does not have it yet (half a minute, 350 MB)."""
    require("mmdebstrap", "chroot", "tar")
    with kept("older-debian", [OLDER_SUITE, OLDER_PACKAGES, VENV, _sources()]) as (directory, work):
        if work is not None:
            bootstrap(work / "root", OLDER_PACKAGES, OLDER_SUITE)
            inside(work / "root", "python3", "-m", "venv", VENV)
            layer = ImageLayer(work / "layer.tar", "mmdebstrap")
            write_layer(work / "root", layer.path)
            write_docker_archive(work / "docker-archive.tar", [layer], {"Cmd": ["python3"]}, "test/debian:older")
            layer.path.unlink()
    return OlderDebianImage(directory / "root", directory / "docker-archive.tar")


@contextmanager
def kept(name: str, recipe: Sequence[object]) -> Iterator[tuple[Path, Path | None]]:
    """A directory of the cache and, if it is not there yet, the one to build it in; it is renamed at the end."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "package-extract-tests"
    cache = Path(os.environ.get("PACKAGE_EXTRACT_TEST_CACHE") or cache)
    cache.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:16]
    directory = cache / f"{name}-{digest}"
    with (cache / f"{name}-{digest}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if directory.exists():
            yield directory, None
            return
        work = cache / f"{name}-{digest}.part"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        yield directory, work
        work.rename(directory)


def _sources() -> str:
    """A digest of the code that builds images."""
    import benchmarks.debian
    import benchmarks.layers

    code = b"".join(Path(str(module.__file__)).read_bytes() for module in (benchmarks.debian, benchmarks.layers))
    return hashlib.sha256(code).hexdigest()
