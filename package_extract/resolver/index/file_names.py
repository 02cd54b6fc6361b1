"""What the names of wheels and source distributions say.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/#file-name-convention and
.../source-distribution-format/#source-distribution-file-name. The answers are those of `packaging.utils`, many times
faster: a page of thousands of names has few names, versions and tag sets, and each is understood once.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.source import is_version

__all__ = ["FileName", "is_listed_version", "parse_file_name"]

_SDIST_SUFFIXES = (".tar.gz", ".zip")
_MOST_TAGS = 4096
_name_is_valid = re.compile(r"[\w.]+").fullmatch
_build_is_valid = re.compile(r"[0-9]").match
_normalize = lru_cache(maxsize=1 << 12)(normalize_name)


class FileName(NamedTuple):
    """The parts of a file's name."""

    project: str
    """Normalized."""
    version: str
    """As written; understood by `parse_version`."""
    tag_set: str | None
    """Lower case; None for a source distribution."""
    build: str


_new = tuple.__new__  # half the cost of the constructor of a named tuple


def parse_file_name(name: str) -> FileName | None:
    """The parts of the name of a wheel or source distribution; None for all other files and for invalid names."""
    if name.endswith(".whl"):
        return _wheel(name)
    for suffix in _SDIST_SUFFIXES:
        if name.endswith(suffix):
            project, dash, version = name[: -len(suffix)].rpartition("-")
            valid = dash and project and is_listed_version(version)
            return _new(FileName, (_normalize(project), version, None, "")) if valid else None
    return None


def _wheel(name: str) -> FileName | None:
    dashes = name.count("-")
    build = ""
    if dashes == 4:
        project, version, tags = name[:-4].split("-", 2)
    elif dashes == 5:
        project, version, build, tags = name[:-4].split("-", 3)
        if not _build_is_valid(build):
            return None
    else:
        return None
    tag_set = _tag_set(tags)
    if tag_set is None or not is_listed_version(version) or not _is_project(project):
        return None
    return _new(FileName, (_normalize(project), version, tag_set, build))


@lru_cache(maxsize=1 << 12)
def _is_project(name: str) -> bool:
    return "__" not in name and _name_is_valid(name) is not None


@lru_cache(maxsize=1 << 16)
def is_listed_version(text: str) -> bool:
    """Whether it is a version without white space around it, which would get into lock files."""
    return is_version(text) and text == text.strip()


@lru_cache(maxsize=1 << 13)
def _tag_set(text: str) -> str | None:
    count = 1
    components = [component.split(".") for component in text.split("-")]
    for component in components:
        count *= len(component)
        if "" in component:
            return None
    if count > _MOST_TAGS or not all(python.isidentifier() for python in components[0]):
        return None
    return text.lower()
