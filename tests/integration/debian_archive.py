"""Packages of any release of Debian, from where this machine's apt takes those of its own."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from benchmarks.debian import SUITE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["mirror", "unpack_packages"]


def mirror() -> str:
    """The address of the archive that has all releases."""
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(COMPONENT) $(SUITE) $(REPO_URI)"]
    told = subprocess.run([*command, "Created-By: Packages"], check=True, capture_output=True, text=True)
    for line in told.stdout.splitlines():
        origin, component, suite, address = line.split(maxsplit=3)
        if (origin, component) == ("Debian", "main") and "-" not in suite:  # updates may come from somewhere else
            return address
    pytest.skip("apt of this machine has no archive of Debian")


def unpack_packages(
    names: Iterable[str], root: Path, work: Path, suite: str = SUITE, architecture: str = "amd64"
) -> None:
    """Unpack packages of a release below `root`, without running their scripts, by an apt of its own in `work`."""
    for directory in ("state/lists/partial", "cache/archives/partial", "empty"):
        (work / directory).mkdir(parents=True)
    (work / "state" / "status").touch()
    (work / "sources.list").write_text(f"deb {mirror()} {suite} main\n")
    options = {
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Sandbox::User": "root",
        "Dir::State": work / "state",
        "Dir::State::status": work / "state" / "status",
        "Dir::Cache": work / "cache",
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": work / "empty",
    }
    apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "download", *names], check=True, cwd=work)
    for package in sorted(work.glob("*.deb")):
        subprocess.run(["dpkg-deb", "--extract", package, root], check=True)
