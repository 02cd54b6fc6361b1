"""The section `results.rpm`: what rpm has installed, as its package databases say."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 (pydantic evaluates it)
from typing import Literal

from package_extract.document.model import Model

__all__ = ["RpmDatabase", "RpmPackage", "RpmSection"]


class RpmDatabase(Model):
    """One package database."""

    path: str
    """Path of the file, links resolved."""
    backend: Literal["bdb", "ndb", "sqlite"]
    """What rpm calls the kind of database: Berkeley DB, its own format of SUSE, SQLite."""
    packages: int
    """How many packages were read from it; fewer than it has if there is an entry under `problems`."""


class RpmPackage(Model):
    """One installed package; the fields are the tags of its header, and null where the header has no such tag."""

    name: str
    """Name; `gpg-pubkey` for each key that was imported to check signatures."""
    epoch: int | None
    """Epoch; absent counts as 0 in comparisons, but is not the same."""
    version: str
    """Upstream's version."""
    release: str
    """The packager's release of this version."""
    arch: str | None
    """Architecture in rpm's words: `x86_64`, `aarch64`, `noarch`."""
    source_rpm: str | None
    """File name of the source package that it was built from."""
    license: str | None
    """License as the package states it."""
    vendor: str | None
    """Who distributes it."""
    summary: str | None
    """One line on what it is, untranslated."""
    size: int | None
    """Bytes of all installed files together."""
    install_time: datetime | None
    """When it was installed."""
    modularity_label: str | None
    """`name:stream:version:context` of the module that it belongs to (RHEL 8 and Fedora)."""
    requires: list[str]
    """What it needs, as `rpm -qR` prints it, in the header's order: `bash >= 5.0`, `libc.so.6(GLIBC_2.34)(64bit)`."""
    provides: list[str]
    """What it offers to the requirements of others."""
    conflicts: list[str]
    """What cannot be installed beside it."""
    obsoletes: list[str]
    """What it replaces."""


class RpmSection(Model):
    """All packages of all of rpm's databases in the image."""

    databases: list[RpmDatabase]
    """Databases that are visible in the image, sorted by path; empty if packages come from a manifest."""
    packages: list[RpmPackage]
    """Packages sorted by name, version, release and architecture; one in several databases is listed once."""
