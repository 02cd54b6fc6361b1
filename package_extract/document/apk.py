"""The section `apk`: packages of Alpine, Wolfi and their kin."""

from __future__ import annotations

from package_extract.document.model import Model

__all__ = ["ApkPackage", "ApkSection"]


class ApkPackage(Model):
    """One installed package as its database records it."""

    name: str
    """Name of the package."""
    version: str
    """Version: `1.2.2-r3`."""
    architecture: str | None = None
    """Architecture in Alpine's words: `x86_64`, `aarch64`, `armv7`, `noarch` …"""
    origin: str | None = None
    """The source package that this one was built from."""
    license: str | None = None
    """License as the package states it."""
    description: str | None = None
    """What the package is, in one line."""
    size: int | None = None
    """Bytes of the package file that was installed."""
    installed_size: int | None = None
    """Bytes when installed."""
    depends: list[str]
    """What the package needs, as written: names with versions, `so:` and `cmd:` names, paths, `!` for conflicts."""
    provides: list[str]
    """What else the package stands for, as written: `so:libz.so.1=1.2.11`."""
    database: str
    """The file that records the package, relative to the root."""


class ApkSection(Model):
    """Every package in the apk databases of the image."""

    packages: list[ApkPackage]
    """Sorted by name, version and database."""
