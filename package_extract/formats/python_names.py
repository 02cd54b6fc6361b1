"""Names of Python distributions: as compared (PEP 503), and as they stand in the names of metadata directories.

https://packaging.python.org/en/latest/specifications/name-normalization/ and .../recording-installed-packages/.
"""

from __future__ import annotations

import re

__all__ = ["METADATA_SUFFIXES", "normalize_name", "split_metadata_name"]

METADATA_SUFFIXES = (".dist-info", ".egg-info", ".egg")
"""Ends of the names of directories (and files) that hold a distribution's metadata, in lower case."""

_SEPARATORS = re.compile(r"[-_.]+")


def normalize_name(name: str) -> str:
    """The name in the form in which two spellings of one name are equal."""
    return _SEPARATORS.sub("-", name).lower()


def split_metadata_name(basename: str) -> tuple[str, str | None]:
    """Name and version that "NAME-VERSION.dist-info", "NAME-VERSION-py3.11.egg-info" or "….egg" tells.

    The version is None where the basename has none.
    """
    stem, _, suffix = basename.rpartition(".")
    name, _, rest = stem.partition("-")
    version = rest if suffix.lower() == "dist-info" else rest.partition("-")[0]
    return name, version or None
