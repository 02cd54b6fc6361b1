"""The C and C++ libraries of Debian for several machines, downloaded once and kept."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.integration.images import kept, require

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MACHINES", "debian_libraries"]

MACHINES = {
    "amd64": "bookworm",
    "arm64": "bookworm",
    "armhf": "bookworm",
    "i386": "bookworm",
    "ppc64el": "bookworm",
    "s390x": "bookworm",
    "riscv64": "trixie",  # the first release that has it
}
"""Debian's name of a machine -> suite."""
PACKAGES = ["libc6", "libstdc++6"]


def debian_libraries(machine: str) -> list[Path]:
    """The ELF files in the packages for a machine."""
    require("apt-get", "dpkg-deb")
    suite = MACHINES[machine]
    with kept(f"libraries-{machine}", [suite, PACKAGES]) as (directory, work):
        if work is not None:
            _download(work, machine, suite)
    return [path for path in sorted((directory / "root").rglob("*")) if path.is_file() and not path.is_symlink()]


def _download(work: Path, machine: str, suite: str) -> None:
    """Through an apt of its own, which takes packages from where this machine's takes them."""
    for directory in ("state/lists/partial", "cache/archives/partial", "empty"):
        (work / directory).mkdir(parents=True)
    (work / "state" / "status").touch()
    (work / "sources.list").write_text(f"deb {_mirror()} {suite} main\n")
    options = {
        "APT::Architecture": machine,
        "APT::Architectures": machine,
        "APT::Sandbox::User": "root",
        "Dir::State": work / "state",
        "Dir::State::status": work / "state" / "status",
        "Dir::Cache": work / "cache",
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": work / "empty",
    }
    apt = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    subprocess.run([*apt, "update"], check=True)
    subprocess.run([*apt, "download", *PACKAGES], check=True, cwd=work)
    for package in work.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, work / "root"], check=True)


def _mirror() -> str:
    """The archive that this machine takes the base system from."""
    command = ["apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)", "Created-By: Packages"]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        site, _, rest = line.partition(" ")
        if rest in {f"{suite} main" for suite in MACHINES.values()}:
            return site
    pytest.skip("apt of this machine has no archive of Debian")
