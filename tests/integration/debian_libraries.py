"""The C and C++ libraries of Debian for several machines, downloaded once and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.debian_archive import unpack_packages
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
            unpack_packages(PACKAGES, work / "root", work, suite, machine)
    return [path for path in sorted((directory / "root").rglob("*")) if path.is_file() and not path.is_symlink()]
