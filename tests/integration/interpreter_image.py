"""An image with many Python interpreters: Debian's, others of this machine, and virtual environments made with them.

Those of this machine are the one that runs the tests and all of pyenv, where that is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import packaging

from benchmarks.debian import inside
from benchmarks.layers import ImageLayer, write_docker_archive, write_layer
from tests.integration.debian_archive import unpack_packages
from tests.integration.images import debian_image, kept

__all__ = ["ENVIRONMENT", "InterpreterImage", "interpreter_image"]

ENVIRONMENT = {"PYTHONPATH": "/srv/function:relative:/nowhere", "HOME": "/root"}
WORKING_DIRECTORY = "/srv"
VIRTUAL_ENVIRONMENTS = {
    "/opt/system": ["/usr/bin/python3", "--system-site-packages"],
    "/opt/copies": ["/usr/bin/python3", "--copies", "--without-pip"],
    "/opt/alone": ["/usr/bin/python3", "--without-pip"],
}
DEBIAN_INTERPRETERS = {
    "python3.11-dbg": "/usr/bin/python3.11d",
    "libpython3.11-dbg": None,
    "pypy3": "/usr/bin/pypy3.9",
    "pypy3-lib": None,
}
"""Packages that are unpacked over the image, with the interpreters that they bring."""
PTH = "# a comment\n/srv/function\nbelow\nimport sys\n/nowhere\n../\n"
LEFT_OUT = shutil.ignore_patterns("test", "tests", "__pycache__", "site-packages", "idlelib", "*.a", "tcl*", "tk*")


@dataclass(frozen=True)
class InterpreterImage:
    """The image and what it is made of."""

    root: Path
    """The root filesystem as a directory, for chroot."""
    docker_archive: Path
    """The same as an image with an environment."""
    interpreters: list[str]
    """Paths of the interpreters inside."""


def interpreter_image() -> InterpreterImage:
    """The image, built if this machine does not have it yet."""
    base = debian_image()
    prefixes = machine_prefixes()
    recipe = [
        str(base.root),
        [str(prefix) for prefix in prefixes],
        VIRTUAL_ENVIRONMENTS,
        PTH,
        ENVIRONMENT,
        *DEBIAN_INTERPRETERS,
    ]
    with kept("interpreters", recipe) as (directory, work):
        if work is not None:
            _build(base.root, prefixes, work)
    root = directory / "root"
    names = [f"{prefix}/bin/python{'.'.join(_series(prefix))}" for prefix in prefixes]
    environments = [f"{prefix}/bin/python" for prefix in ("/opt/app", "/opt/pyenv-environment", *VIRTUAL_ENVIRONMENTS)]
    distributed = ["/usr/bin/python3.11", *filter(None, DEBIAN_INTERPRETERS.values())]
    found = [path for path in [*distributed, *names, *environments] if (root / path.lstrip("/")).exists()]
    return InterpreterImage(root, directory / "docker-archive.tar", found)


def machine_prefixes() -> list[Path]:
    """Where the interpreters of this machine are installed, but for that of the distribution."""
    found = {Path(sys.base_prefix)}
    if shutil.which("pyenv"):
        told = subprocess.run(["pyenv", "root"], check=True, stdout=subprocess.PIPE, text=True)
        found |= set(Path(told.stdout.strip(), "versions").glob("*"))
    return sorted(prefix for prefix in found if prefix != Path("/usr"))


def _series(prefix: Path) -> tuple[str, str]:
    names = [path.name for path in (prefix / "lib").glob("python*.*") if path.is_dir()]
    major, minor = names[0].removeprefix("python").split(".")
    return major, minor


def _build(base: Path, prefixes: list[Path], work: Path) -> None:
    root = work / "root"
    shutil.copytree(base, root, symlinks=True, ignore=_special)
    unpack_packages(DEBIAN_INTERPRETERS, root, work / "packages")
    shutil.rmtree(work / "packages")
    for prefix in prefixes:
        for part in ("bin", "lib", "include"):
            target = root / prefix.relative_to("/") / part
            shutil.copytree(prefix / part, target, symlinks=True, ignore=LEFT_OUT)
        site = root / prefix.relative_to("/") / "lib" / f"python{'.'.join(_series(prefix))}" / "site-packages"
        (site / "below").mkdir(parents=True)
        (site / "paths.pth").write_text(PTH)
    for path, (python, *options) in VIRTUAL_ENVIRONMENTS.items():
        inside(root, python, "-m", "venv", *options, path)
        site = root / path.lstrip("/") / "lib/python3.11/site-packages"
        (site / "below").mkdir()
        (site / "paths.pth").write_text(PTH)
    for prefix in prefixes[-1:]:
        python = f"{prefix}/bin/python{'.'.join(_series(prefix))}"
        inside(root, python, "-m", "venv", "--without-pip", "--system-site-packages", "/opt/pyenv-environment")
    shutil.copytree(Path(packaging.__file__).parent, root / "opt/packaging/packaging", ignore=LEFT_OUT)
    layer = work / "layer.tar"
    write_layer(root, layer)
    settings = {"Env": [f"{name}={value}" for name, value in ENVIRONMENT.items()], "WorkingDir": WORKING_DIRECTORY}
    write_docker_archive(work / "docker-archive.tar", [ImageLayer(layer, "copy")], settings, "test/interpreters:latest")
    layer.unlink()


def _special(directory: str, names: list[str]) -> list[str]:
    """Devices, sockets and pipes: what is neither a file nor a directory nor a link."""
    paths = [Path(directory, name) for name in names]
    return [path.name for path in paths if not path.is_symlink() and not path.is_file() and not path.is_dir()]
