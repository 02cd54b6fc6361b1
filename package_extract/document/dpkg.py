"""The section `dpkg`: packages of Debian and its kin, and of opkg."""

from __future__ import annotations

from package_extract.document.model import Model

__all__ = ["DpkgPackage", "DpkgSection"]


class DpkgPackage(Model):
    """One package as its database records it."""

    name: str
    """Name of the package."""
    version: str
    """Version: `[epoch:]upstream[-revision]`."""
    architecture: str | None = None
    """Architecture in Debian's words: `amd64`, `arm64`, `all` …"""
    status: str | None = None
    """The three words of the status: what is wanted, error flag, state (`install ok installed`); null where the
    database has none, as in `status.d`."""
    installed: bool
    """Whether the package is wholly installed: the third word is `installed`, or the entry is one of `status.d`."""
    source: str
    """Name of the source package, which is the package's own where the database names no other."""
    source_version: str
    """Version of the source package, which is the package's own where the database names no other."""
    section: str | None = None
    """Section of the archive: `libs`, `python` …"""
    maintainer: str | None = None
    """Who maintains the package."""
    installed_size: int | None = None
    """Estimated size in bytes when installed."""
    depends: list[str]
    """What must be installed too, as written; `a | b` is one item."""
    pre_depends: list[str]
    """What must be installed before, as written."""
    provides: list[str]
    """Virtual packages that this one stands for, as written."""
    replaces: list[str]
    """Packages whose files this one may overwrite, as written."""
    database: str
    """The file that records the package, relative to the root."""
    layer: int | None = None
    """Index into `image.layers` of the layer in which this version was installed: the one that its list of files, or
    its file in `status.d`, comes from. Null if there is no such file."""


class DpkgSection(Model):
    """Every package in the dpkg and opkg databases of the image."""

    packages: list[DpkgPackage]
    """Sorted by name, version, architecture and database."""
