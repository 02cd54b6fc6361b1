"""The model of the section `node_packages`: describes it to people and validates it; not imported during a run."""

from __future__ import annotations

from package_extract.document.model import Model

__all__ = ["NodePackage", "NodePackagesSection"]


class NodePackage(Model):
    """One installed package."""

    name: str
    """Name from package.json, or the directory's where that has none."""
    version: str | None = None
    """Version from package.json."""
    path: str
    """Directory of the package, relative to the root."""
    layer: int | None = None
    """Index into `image.layers`."""


class NodePackagesSection(Model):
    """Node.js packages in `node_modules` directories."""

    packages: list[NodePackage]
    """Sorted by name, version and path."""
