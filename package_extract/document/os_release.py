"""The section `os_release`: which distribution the image is."""

from __future__ import annotations

from package_extract.document.model import Model

__all__ = ["OsReleaseSection"]


class OsReleaseSection(Model):
    """The distribution as its os-release file says, or where there is none, as older release files say."""

    id: str | None = None
    """Identifier in lower case: `debian`, `rhel`, `alpine` …"""
    version_id: str | None = None
    """Version of the distribution: `12`, `9.6`, `3.20.7`; null where it has none or does not say."""
    name: str | None = None
    """Name without version, for people."""
    pretty_name: str | None = None
    """Name with version, for people."""
    id_like: list[str]
    """Identifiers of the distributions that this one comes from, closest first."""
    fields: dict[str, str]
    """Every assignment of the os-release file, unquoted; empty where an older release file had to answer."""
    path: str | None = None
    """The file that answered, links followed, relative to the root; null where none was found."""
