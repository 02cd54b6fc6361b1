"""Builds the images that the benchmark reads, from Debian, PyPI and npm packages.

Each image is written as `docker-archive.tar` (plain layers), `oci` (gzip) and `oci-zstd` below DIRECTORY/NAME. What is
there already is left alone, so an interrupted run is continued. Needs to run as root, with GNU tar, mmdebstrap and
skopeo; `many` needs npm.
"""

from __future__ import annotations

import argparse
import fcntl
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.debian import PYTHON_VERSION, bootstrap, inside, pip_install
from benchmarks.layers import ImageLayer, Snapshot, snapshot, write_docker_archive, write_layer, write_oci_layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BASE = ["python3"]
BUILD_TOOLS = ["build-essential", "gfortran", "git", "pkg-config", "python3-dev", "python3-venv", "wget"]
SCIENCE = ["numpy", "scipy", "pandas", "pyarrow", "scikit-learn", "opencv-python-headless", "numba", "polars"]
NOTEBOOK = ["jupyterlab"]
OTHER_NUMPY = "numpy==2.2.6"
UNWANTED = ["usr/share/doc/git", "usr/share/doc/perl", "usr/share/lintian", "usr/bin/wget", "etc/wgetrc"]
NODE_PACKAGES = ["@mui/icons-material@5", "@mui/material@5", "@ant-design/icons@5",
                 "@emotion/react@11", "@emotion/styled@11", "react@18", "react-dom@18",
                 "date-fns@3", "lodash@4", "rxjs@7", "core-js@3", "typescript@5", "webpack@5",
                 "eslint@8", "jest@29", "next@14"]  # fmt: skip
TORCH = ["torch==2.*"]
VENV = "/opt/venv"
SITE_PACKAGES = f"opt/venv/lib/python{PYTHON_VERSION}/site-packages"
CONFIG = {"Env": [f"PATH={VENV}/bin:/usr/local/bin:/usr/bin:/bin"], "Cmd": ["python3"]}


class Workshop:
    """Where one image is put together: a root filesystem that grows, and the layers written so far."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.root = directory / "root"
        self.layers: list[ImageLayer] = []

    def debian(self, packages: list[str]) -> None:
        """Add the layer that makes the root a Debian system with these packages and nothing else."""
        before = snapshot(self.root) if self.layers else {}
        bootstrap(self.root, packages)
        self._write(f"mmdebstrap --include={','.join(packages)}", before)

    @contextmanager
    def layer(self, created_by: str, opaque: Iterable[str] = ()) -> Iterator[None]:
        """Add the layer of what the body does to the root; it replaces the `opaque` directories."""
        before = snapshot(self.root)
        yield
        self._write(created_by, before, opaque)

    def pip_install(self, packages: list[str], opaque: Iterable[str] = ()) -> None:
        """Add the layer that these packages make of the virtual environment."""
        with self.layer(f"pip install {' '.join(packages)}", opaque):
            pip_install(self.root, f"{VENV}/bin/python", packages)

    def _write(self, created_by: str, before: Snapshot, opaque: Iterable[str] = ()) -> None:
        layer = self.directory / f"layer{len(self.layers)}.tar"
        write_layer(self.root, layer, before, opaque)
        self.layers.append(ImageLayer(layer, created_by))


def slim(workshop: Workshop) -> None:
    """A Debian minimal system with Python, in one layer."""
    workshop.debian(BASE)


def datasci(workshop: Workshop) -> None:
    """A data-science image as they are built every day: tools, a virtual environment, notebooks, a late repair."""
    workshop.debian(BASE)
    workshop.debian(BASE + BUILD_TOOLS)
    with workshop.layer(f"python3 -m venv; pip install {' '.join(SCIENCE)}"):
        inside(workshop.root, "python3", "-m", "venv", VENV)
        pip_install(workshop.root, f"{VENV}/bin/python", SCIENCE)
    workshop.pip_install(NOTEBOOK)
    workshop.pip_install([OTHER_NUMPY], opaque=[f"{SITE_PACKAGES}/numpy"])
    with workshop.layer(f"rm -rf {' '.join(UNWANTED)}"):
        for path in UNWANTED:
            subprocess.run(["rm", "--recursive", str(workshop.root / path)], check=True)


def many(workshop: Workshop) -> None:
    """More than 300,000 small files: four copies of one large node_modules tree."""
    workshop.debian(BASE)
    modules = workshop.directory / "npm"
    modules.mkdir(exist_ok=True)
    quiet = ["--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"]
    subprocess.run(["npm", "install", *quiet, *NODE_PACKAGES], check=True, cwd=modules)
    for names in (("shop", "admin"), ("search", "billing")):
        with workshop.layer("npm install"):
            for name in names:
                subprocess.run(["cp", "--archive", str(modules), str(workshop.root / "srv" / name)], check=True)


def torch(workshop: Workshop) -> None:
    """Very large shared libraries in one large layer: torch and the CUDA libraries that it depends on."""
    workshop.debian([*BASE, "python3-venv"])
    with workshop.layer(f"python3 -m venv; pip install {' '.join(TORCH)}"):
        inside(workshop.root, "python3", "-m", "venv", VENV)
        pip_install(workshop.root, f"{VENV}/bin/python", TORCH)


IMAGES = {"slim": slim, "datasci": datasci, "many": many, "torch": torch}


def build(name: str, directory: Path) -> None:
    """Write what is missing of one image's three forms."""
    directory.mkdir(parents=True, exist_ok=True)
    archive = directory / "docker-archive.tar"
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            workshop = Workshop(directory / "work")
            shutil.rmtree(workshop.directory, ignore_errors=True)
            workshop.directory.mkdir()
            IMAGES[name](workshop)
            write_docker_archive(archive, workshop.layers, CONFIG, f"benchmark/{name}:latest")
            shutil.rmtree(workshop.directory)
        for form, compression in (("oci", "gzip"), ("oci-zstd", "zstd")):
            if not (directory / form).exists():
                write_oci_layout(archive, directory / form, compression)


def main() -> None:
    """Build the images asked for, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "images", nargs="*", metavar="NAME", help=f"which of {', '.join(IMAGES)}; all but torch if none"
    )
    parser.add_argument("--directory", type=Path, default=Path(__file__).parent / "images", help="default: %(default)s")
    options = parser.parse_args()
    names = options.images or [name for name in IMAGES if name != "torch"]
    if unknown := [name for name in names if name not in IMAGES]:
        parser.error(f"no such image: {', '.join(unknown)}")
    for name in names:
        start = time.monotonic()
        build(name, options.directory / name)
        print(f"{name}: ready after {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
