"""The section `python_packages`: Python environments and the distributions installed in them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from package_extract.document.model import Model
from package_extract.document.owner import Owner

__all__ = ["OverwrittenPackage", "PythonDistribution", "PythonEnvironment", "PythonPackagesSection"]


class OverwrittenPackage(Model):
    """A package of the operating system that a Python distribution was installed over."""

    owner: Owner
    """The package."""
    files: int
    """How many files both list."""
    path: str
    """The first of these files."""


class PythonDistribution(Model):
    """One distribution as its metadata describes it. Paths are relative to the image's root."""

    name: str
    """Name as `pip list` shows it."""
    normalized_name: str
    """Name as compared (PEP 503): lower case, each run of `-`, `_` and `.` made one `-`."""
    version: str | None
    """Version as the metadata has it; null if neither the metadata nor its file name tells."""
    location: str
    """Directory or egg that Python imports from; the prefix for a conda record."""
    metadata_path: str
    """The dist-info or egg-info directory, the egg-info file, the egg or the conda record."""
    metadata_kind: Literal["dist-info", "egg-info", "egg", "conda"]
    """Form of the metadata."""
    installer: str | None
    """What INSTALLER says, for example `pip`; `conda` for a conda record."""
    requested: bool | None
    """Whether the user asked for it by name; null where the metadata has no place for this."""
    tags: list[str] | None = None
    """Tags of the wheel that it was installed from (WHEEL), in the order of the file, each perhaps a compressed set;
    null where nothing tells that it was a wheel."""
    requires_python: str | None
    """Requires-Python as written."""
    requires_dist: list[str]
    """Requires-Dist, or requires.txt in the same spelling, in the order of the file."""
    provides_extra: list[str]
    """Provides-Extra, or the extras of requires.txt, in the order of the file."""
    direct_url: dict[str, Any] | None
    """Where it came from if not from an index (PEP 610), as `pip inspect` shows it: without credentials."""
    editable: bool
    """Whether it is installed in development mode, its code lying elsewhere."""
    owner: Owner | None
    """The package whose list of files names the metadata."""
    layer: int | None
    """Index into `image.layers` of the layer that the metadata comes from."""
    top_level: list[str]
    """Names to import, from top_level.txt or else from RECORD."""
    native_libraries: list[str]
    """Extension modules and shared libraries that its list of files names."""
    size: int | None = None
    """Bytes of all installed files together, as RECORD has them; null where there is no RECORD."""
    shadowed_by: str | None
    """Null for a distribution that Python finds. Otherwise the metadata path of the one that it finds in its place, or
    that carries this one as a vendored copy; the site directory around a vendored copy that no distribution claims."""
    overwrites: list[OverwrittenPackage] = Field(default_factory=list)
    """Packages of the operating system that list some of its files as theirs, sorted by name."""


class PythonEnvironment(Model):
    """Directories that distributions are installed into and that an interpreter reads together."""

    prefix: str
    """Directory above `lib` and `bin`; for `unbound` the directory of the distributions. Empty for the root."""
    kind: Literal["system", "virtualenv", "conda", "user", "unbound"]
    """`system`: the layout of an installed Python; `virtualenv`: has a pyvenv.cfg; `conda`: has conda-meta; `user`: in
    a home directory's `.local`; `unbound`: any other directory that holds distributions."""
    interpreter: str | None
    """Path of the interpreter that reads the environment, as in `python_interpreters`."""
    include_system_site: bool | None
    """Whether a virtual environment also sees the packages of its base interpreter; null for other kinds."""
    paths: list[str]
    """Directories that are there and are imported from, in the interpreter's order."""
    packages: list[PythonDistribution]
    """Sorted by normalized name, version and metadata path."""


class PythonPackagesSection(Model):
    """All Python environments of the image. A prefix with several Python versions has one environment for each."""

    environments: list[PythonEnvironment]
    """Sorted by prefix, kind and Python version."""
