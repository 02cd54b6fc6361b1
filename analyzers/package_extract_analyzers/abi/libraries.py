"""Shared libraries and programs of an image, as the search for libraries sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.formats.elf import ElfFile, machine_name

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Kind", "Library", "directories"]

MOST_DIRECTORIES = 512


class Kind(NamedTuple):
    """What must be the same in two files for one to load the other."""

    machine: int
    bits: int
    byte_order: str

    @property
    def name(self) -> str:
        """The name of the machine, as `uname -m` has it."""
        return machine_name(*self)


class Library:
    """One shared library or program."""

    __slots__ = ("defines", "directory", "elf", "fact", "kind", "path")

    def __init__(self, path: str, fact: Mapping[str, Any]) -> None:
        """`path` is its real one."""
        self.path, self.fact = path, fact
        self.directory = path.rpartition("/")[0]
        self.elf = ElfFile(*fact["elf"])
        self.kind = Kind(self.elf.machine, self.elf.bits, self.elf.byte_order)
        self.defines = frozenset(self.elf.defines)

    @property
    def names(self) -> set[str]:
        """The names that a need for it can have: its SONAME and that of its file."""
        names = {self.path.rpartition("/")[2]}
        return names | {self.elf.soname} if self.elf.soname else names

    @property
    def is_program(self) -> bool:
        """Whether it is to be run."""
        return self.elf.is_program


def directories(text: str | None) -> list[str]:
    """The directories of DT_RPATH or DT_RUNPATH as written; of absurdly many, the first."""
    return [part for part in (text or "").split(":", MOST_DIRECTORIES)[:MOST_DIRECTORIES] if part]
