"""Which package a file belongs to."""

from __future__ import annotations

from typing import Literal

from package_extract.document.model import Model

__all__ = ["Owner"]


class Owner(Model):
    """The package whose own list of files names a file."""

    type: Literal["rpm", "deb", "apk", "conda", "python"]
    """Kind of package."""
    name: str
    """Name of the package."""
    version: str | None = None
    """Version as its database prints it (rpm: `[epoch:]version-release`)."""
