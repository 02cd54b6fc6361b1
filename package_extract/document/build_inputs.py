"""The section `build_inputs`: lock files and lists of requirements left in the image, beside what is installed."""

from __future__ import annotations

from typing import Any, Literal

from package_extract.document.model import Model

__all__ = ["AicoeCi", "BuildInputsSection", "LockFile", "LockedPackage"]


class LockedPackage(Model):
    """One package that a file asks for."""

    name: str
    """Name as written."""
    version: str | None
    """The one version that it is pinned to; null if it is not, or comes from a URL or a directory."""
    specifier: str | None
    """Version specifiers as written; null if there are none. URLs are left out: they may hold credentials."""
    installed: str | None
    """Version of this package in the environment named beside; null if it is not installed there."""


class LockFile(Model):
    """One lock file or list of requirements."""

    path: str
    """The file, relative to the root."""
    format: Literal[
        "requirements.txt",
        "constraints.txt",
        "Pipfile",
        "Pipfile.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "pylock.toml",
        "environment.yml",
    ]
    """Kind of file."""
    environment: str | None
    """Prefix of the Python environment that has most of the packages, the nearest one of several; null if none has
    any."""
    packages: list[LockedPackage]
    """What it asks for, sorted by name and version."""


class AicoeCi(Model):
    """What AICoE-CI leaves in the images that it builds."""

    requirements: dict[str, Any] | None
    """`opt/aicoe-ci/Pipfile`, parsed, credentials in URLs left out; null if it is not there."""
    requirements_lock: dict[str, Any] | None
    """`opt/aicoe-ci/Pipfile.lock`, likewise."""


class BuildInputsSection(Model):
    """What the image was built from, as far as it is still in there.

    Files of installed packages are left out: those below site-packages, dist-packages, node_modules, caches, package
    caches of conda and `usr/share/doc`.
    """

    lock_files: list[LockFile]
    """Sorted by path."""
    aicoe_ci: AicoeCi
    """What AICoE-CI left."""
