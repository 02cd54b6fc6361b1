"""Debian root filesystems with Python packages in them, made by mmdebstrap and by pip run inside by chroot.

Nothing but files is needed inside: packages are fetched by the tools of this machine as they are configured, and pip
inside installs from a directory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SUITE, PYTHON_VERSION = "bookworm", "3.11"
SOURCE_DATE_EPOCH = "1700000000"


def bootstrap(root: Path, packages: Iterable[str], suite: str = SUITE) -> None:
    """Make `root` a minimal Debian system with these packages, whatever it was before. Needs root's rights.

    What mmdebstrap mounts below `root` meanwhile is mounted in a namespace of its own and ends with it: nothing of this
    machine can be reached through a half-made root.
    """
    shutil.rmtree(root, ignore_errors=True)
    include = f"--include={','.join(packages)}"
    subprocess.run(
        ["unshare", "--mount", "mmdebstrap", "--quiet", "--variant=minbase", include, suite, str(root)],
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH},
    )


def inside(root: Path, *command: str) -> str:
    """Run a command in the root filesystem by chroot and return what it printed."""
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        ["chroot", str(root), *command], check=True, env=environment, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def pip_install(root: Path, python: str, requirements: Iterable[str], options: Iterable[str] = ()) -> None:
    """Install wheels, with their dependencies, by the root's own pip.

    `python` is the path inside of the interpreter that shall have them; `options` are those of `pip install`.
    """
    wheels = root / "tmp" / "wheels"
    quiet = ["--quiet", "--disable-pip-version-check"]
    fetch = ["--only-binary=:all:", f"--python-version={PYTHON_VERSION}", f"--dest={wheels}"]
    offline = ["--no-index", "--find-links=/tmp/wheels", "--no-cache-dir", "--root-user-action=ignore"]
    try:
        subprocess.run([sys.executable, "-m", "pip", "download", *quiet, *fetch, *requirements], check=True)
        inside(root, python, "-m", "pip", "install", *quiet, *offline, *options, *requirements)
    finally:
        shutil.rmtree(wheels, ignore_errors=True)
