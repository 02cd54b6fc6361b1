"""Entries of the document for what conda's own records tell."""

from __future__ import annotations

from typing import Any

from package_extract.formats.python_names import normalize_name
from package_extract_analyzers.python.distributions import rooted

__all__ = ["conda_files", "conda_prefix", "conda_row"]


def conda_prefix(path: str) -> str:
    """The prefix whose conda-meta directory has this file."""
    return path.rpartition("/")[0].removesuffix("conda-meta").rstrip("/")


def conda_files(path: str, record: dict[str, Any]) -> list[str]:
    """The files that the record at `path` lists, relative to the root."""
    return rooted(conda_prefix(path), record["files"])


def conda_row(path: str, record: dict[str, Any], layer: int | None) -> dict[str, Any]:
    """The entry for the record at `path`, whether or not its package is one for Python."""
    prefix = conda_prefix(path)
    return {
        "name": record["name"],
        "normalized_name": normalize_name(record["name"]),
        "version": record["version"],
        "location": prefix,
        "metadata_path": path,
        "metadata_kind": "conda",
        "installer": "conda",
        "requested": record["requested"],
        "tags": None,
        "requires_python": None,
        "requires_dist": [],
        "provides_extra": [],
        "direct_url": None,
        "editable": False,
        "owner": None,
        "layer": layer,
        "top_level": [],
        "native_libraries": sorted(rooted(prefix, "\n".join(record["native_libraries"]))),
        "shadowed_by": None,
        "size": None,
        "overwrites": [],
    }
