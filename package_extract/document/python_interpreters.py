"""The section `python_interpreters`: every Python interpreter of the image and the wheels that it accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from package_extract.document.model import Model
from package_extract.document.owner import Owner

if TYPE_CHECKING:
    from packaging.tags import Tag

__all__ = ["InterpreterLibc", "PythonInterpreter", "PythonInterpretersSection", "VersionEvidence"]


class VersionEvidence(Model):
    """One thing in the image that tells an interpreter's version."""

    source: Literal[
        "Py_Version",
        "binary",
        "patchlevel.h",
        "sysconfig",
        "build-details.json",
        "stdlib",
        "pyvenv.cfg",
        "package",
        "name",
    ]
    """`Py_Version`: the exported variable of this name; `binary`: a string in the program or in libpython; `sysconfig`:
    `_sysconfigdata*.py`; `stdlib`: name of the standard library's directory; `package`: the package that owns the
    program; `name`: the program's own name."""
    path: str
    """The file or directory, relative to the root."""
    version: str
    """What it says, as it says it: some tell major and minor version only."""


class InterpreterLibc(Model):
    """The C library that an interpreter runs with."""

    family: Literal["glibc", "musl"]
    """Told by the loader that the program asks for."""
    version: str | None
    """Version of that library in the image, for example `2.36` or `1.2.3`; null if the library is not there."""
    path: str | None = None
    """The file of that library."""


class PythonInterpreter(Model):
    """One interpreter. A virtual environment has one of its own, even if its program is a link to another."""

    path: str
    """Path of the program; for a virtual environment the one in its `bin`, which may be a link."""
    aliases: list[str]
    """Other paths of the same program: links that lead to it, hard links, those of virtual environments too. Sorted."""
    implementation: str
    """Name as in `sys.implementation.name`: `cpython`, `pypy`, `graalpy`."""
    version: str | None
    """Version as `python --version` prints it, for example `3.11.2` or `3.14.0rc1`; null if nothing tells the whole
    version."""
    implementation_version: str | None = None
    """Version of the implementation where it differs from the language's: `7.3.14` of PyPy."""
    evidence: list[VersionEvidence]
    """What tells the version, the most reliable first."""
    soabi: str | None
    """SOABI: the part of the names of extension modules that says for which interpreter they are."""
    ext_suffix: str | None
    """End of the names of extension modules, for example `.cpython-311-x86_64-linux-gnu.so`."""
    multiarch: str | None
    """Platform triplet as in `sys.implementation._multiarch`, for example `x86_64-linux-gnu`."""
    debug: bool
    """Whether it is a debug build (`Py_DEBUG`)."""
    free_threaded: bool
    """Whether it is built without the global interpreter lock (`Py_GIL_DISABLED`)."""
    prefix: str | None
    """`sys.prefix`, relative to the root ("" is the root itself); null if no standard library was found."""
    base_prefix: str | None = None
    """`sys.base_prefix`: that of the interpreter that a virtual environment was made with."""
    virtual_environment: bool = False
    """Whether the program belongs to a virtual environment."""
    base: str | None = None
    """Path of the interpreter that a virtual environment was made with."""
    stdlib: str | None
    """Directory of the standard library."""
    sys_path: list[str]
    """`sys.path` at start, without the first entry, which depends on how the program is called."""
    real_paths: dict[str, str] = Field(default_factory=dict)
    """The real path of each entry of `sys_path` that symbolic links lead elsewhere; a package's `location` is a real
    path."""
    site_dirs: list[str]
    """The part of `sys_path` that is not the standard library: PYTHONPATH of the image, user site, site directories,
    and what `.pth` files add; in the order of `sys.path`."""
    externally_managed: bool
    """Whether pip refuses to install here because the operating system does (PEP 668)."""
    owner: Owner | None
    """The package whose list of files names the program."""
    layer: int | None
    """Index into `image.layers` of the layer that the program comes from."""
    marker_environment: dict[str, str]
    """The eleven environment markers of dependency specifiers; empty if the version is not known. The two that describe
    the kernel are empty strings."""
    abis: list[str]
    """ABI tags of the extension modules that it loads, best first, without the stable ABI and `none`."""
    platforms: list[str]
    """Platform tags of the wheels that it accepts, best first."""
    libc: InterpreterLibc | None
    """Its C library; null for a static program."""
    architecture: str | None
    """Architecture of the program in the words of `uname -m`: `x86_64`, `aarch64`, `armv7l`, `i686`, `ppc64le` …"""

    def tags(self) -> list[Tag]:
        """Tags of the wheels that it accepts, best first, as `packaging.tags.sys_tags()` would say within it.

        Empty if the version is not known.
        """
        from package_extract.formats.python_tags import series_of, supported_tags

        series = series_of(self.version)
        return list(supported_tags(self.implementation, series, self.abis, self.platforms)) if series else []


class PythonInterpretersSection(Model):
    """All Python interpreters of the image."""

    interpreters: list[PythonInterpreter]
    """Sorted by path."""
