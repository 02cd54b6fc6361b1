"""Who resolves: the commands of this project, of uv and of pip, as they are recorded and measured.

uv can be asked for another Python and platform than those of the machine. pip cannot: it takes markers from the
interpreter that runs it, whatever `--python-version` says. So it resolves for that one, and is compared with this
project resolving for the same.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["HERE", "PLATFORM", "PYTHON", "TARGET", "ours", "pip", "unconfigured", "uv"]

PYTHON = "3.9.18"
PLATFORM = "x86_64-manylinux_2_28"
"""As uv names it; wheels only."""

TARGET = "cpython 3.9.18 glibc 2.28 x86_64"
"""The same as this project names it."""

HERE = f"cpython {platform.python_version()} glibc {platform.libc_ver()[1]} {platform.machine()}"
"""The interpreter that runs this."""


def ours(index: str, requirements: Path, output: Path, cache: Path | None, target: str = TARGET) -> Sequence[str]:
    """The command of this project, without rules and checks of native code, of which the others have none."""
    command = [sys.executable, "-m", "package_extract", "resolve", "--quiet", "--index-url", index, "--target", target]
    kept = ["--no-cache"] if cache is None else ["--cache-dir", str(cache)]
    return [
        *command,
        "--no-verify",
        "--no-built-in-rules",
        *kept,
        "--output",
        str(output),
        "--requirement",
        str(requirements),
    ]


def uv(index: str, requirements: Path, output: Path, cache: Path | None) -> Sequence[str]:
    """uv, for `TARGET`."""
    program = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    command = [program or "uv", "pip", "compile", "--quiet", "--no-config", "--no-annotate", "--no-header"]
    asked = ["--python-version", PYTHON, "--python-platform", PLATFORM, "--only-binary", ":all:", "-p", sys.executable]
    kept = ["--no-cache"] if cache is None else ["--cache-dir", str(cache)]
    return [*command, "--index-url", index, *asked, *kept, "--output-file", str(output), str(requirements)]


def pip(index: str, requirements: Path, output: Path, cache: Path | None) -> Sequence[str]:
    """pip, for `HERE`; with a report it downloads no wheels whose metadata it has."""
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--quiet", "--disable-pip-version-check"]
    asked = ["--dry-run", "--ignore-installed", "--only-binary=:all:", "--report", str(output)]
    kept = ["--no-cache-dir"] if cache is None else ["--cache-dir", str(cache)]
    return [*command, "--index-url", index, *asked, *kept, "--requirement", str(requirements)]


def unconfigured() -> dict[str, str]:
    """The environment without what pip and uv are configured to do, which this project would honour too."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
    return kept | {"PIP_CONFIG_FILE": os.devnull}
