"""The section `abi`: the C library, shared libraries, symbol versions, and what is missing."""

from __future__ import annotations

from typing import Literal

from package_extract.document.model import Model
from package_extract.document.owner import Owner

__all__ = ["AbiSection", "Libc", "LibcEvidence", "MissingNeed", "SharedLibrary"]


class LibcEvidence(Model):
    """One thing that tells the version of the C library."""

    kind: Literal["version definitions", "banner", "version string", "package"]
    """The symbol versions that it defines, the text it prints when it is run, musl's text, or its package."""
    path: str | None
    """The file that says it; null for a package."""
    version: str
    """The version."""


class Libc(Model):
    """The C library that programs of the image get."""

    family: Literal["glibc", "musl"]
    """Which one it is."""
    version: str | None
    """Its version, by the first piece of evidence; null if there is none."""
    path: str
    """The file of the library, relative to the root."""
    evidence: list[LibcEvidence]
    """What tells the version, the most trustworthy first. Contradictions stand under `problems`."""


class SharedLibrary(Model):
    """One shared library or extension module."""

    path: str
    """The file, relative to the root."""
    soname: str | None
    """The name by which others need it (DT_SONAME)."""
    machine: str
    """The machine it is made for, as `uname -m` has it: `x86_64`, `aarch64` …; `em_N` for one that ELF numbers N."""
    bits: int
    """32 or 64."""
    isa_level: int | None
    """The level of x86-64 that the processor must have, 1 to 4; null if the file does not say."""
    needed: list[str]
    """Libraries that it needs, in the order of the file (DT_NEEDED)."""
    rpath: list[str]
    """Directories of DT_RPATH as written."""
    runpath: list[str]
    """Directories of DT_RUNPATH as written."""
    defines: list[str]
    """Symbol versions that it defines, sorted, without the one that names the file itself."""
    requires: dict[str, list[str]]
    """Library -> symbol versions that it needs of it."""
    exported_symbols: int | None
    """Number of dynamic symbols that others can use; null if the tables are broken."""
    symbols_digest: str | None
    """`sha256:` and the digest of the exported symbols, sorted by their bytes and joined by line feeds, without one at
    the end. A symbol is written as `nm -D --with-symbol-versions` does: `name@@VERSION`, `name@VERSION` where that is
    not the default version, `name` without one."""
    exported: list[str] | None
    """The exported symbols, so written and sorted; null unless they are asked for (`--symbols`)."""
    undefined: list[str] | None
    """The symbols that others have to provide, likewise."""
    in_search_path: bool
    """Whether it lies in, or is linked from, a directory or a cache that the loader searches for every program."""
    owner: Owner | None
    """The package that the file belongs to."""
    layer: int | None
    """The index of the layer that the file comes from."""


class MissingNeed(Model):
    """A direct need of a library or program that is not met."""

    path: str
    """The file that needs it."""
    needed: str
    """The library that it needs; for a program also the path of the loader that it asks for (PT_INTERP)."""
    version: str | None
    """The symbol version that the library lacks; null if the library itself is not found."""
    elsewhere: list[str]
    """Files that would do, but lie where the loader does not look."""
    owner: Owner | None
    """The package that the needing file belongs to."""


class AbiSection(Model):
    """Which binaries can run in the image, and which would fail to load."""

    machine: str | None
    """The machine of the image's programs; null if there are none."""
    libc: Libc | None
    """The C library of the image; null if it has none."""
    ceilings: dict[str, str]
    """Prefix -> highest version among the libraries that the loader finds without an RPATH: `GLIBC` -> `2.36`."""
    libraries: list[SharedLibrary]
    """Every shared library, sorted by path. Programs are not listed."""
    missing: list[MissingNeed]
    """What files of the image's machine need and do not get: where the loader looks, or from a file that is loaded
    before. Sorted by path within each machine, that of the image first."""
