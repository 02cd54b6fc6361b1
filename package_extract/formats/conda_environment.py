"""environment.yml, conda's list of packages for an environment, with pip's below `- pip:`.

https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html. This reads what conda itself
writes and what its documentation shows: a block sequence under `dependencies`. It is not a reader of YAML: anchors,
flow style and multi-line strings are not understood, and what is not understood is left out.
"""

from __future__ import annotations

import re

from package_extract.formats.requirement_line import LockedPackage, read_requirement

__all__ = ["read_conda_environment"]

_ITEM = re.compile(r"( *)-\s+(.*)")
_SPEC = re.compile(r"(?:[^\s:]+::)?([A-Za-z0-9_][A-Za-z0-9._-]*)\s*(.*)")
_MOST = 100_000


def read_conda_environment(data: bytes) -> list[LockedPackage]:
    """The packages in the order of the file, conda's and pip's."""
    found: list[LockedPackage | None] = []
    inside, pip_indent = False, -1
    for line in data.decode("utf-8-sig", "replace").split("\n", _MOST)[:_MOST]:
        text = line.partition(" #")[0].rstrip()
        match = _ITEM.fullmatch(text)
        if not text or text.startswith("#"):
            continue
        if match is None:
            inside, pip_indent = (text == "dependencies:", -1) if not text.startswith(" ") else (inside, pip_indent)
            continue
        indent, item = len(match[1]), match[2].strip().strip("'\"")
        if not inside:
            continue
        if item == "pip:":
            pip_indent = indent
        elif 0 <= pip_indent < indent:
            found.append(None if item.startswith("-") else read_requirement(item))
        else:
            pip_indent = -1
            found.append(_conda(item))
    return [package for package in found if package]


def _conda(item: str) -> LockedPackage | None:
    """`name`, `name=1.2`, `name=1.2=build`, `name>=1.2`, `name 1.2`, with a channel before `::`."""
    match = _SPEC.fullmatch(item)
    if not match:
        return None
    name, specifier = match[1], match[2].strip()
    version = specifier.lstrip("= ").partition("=")[0].strip() if specifier[:1] in ("=", *"0123456789") else ""
    is_version = bool(version) and not set("*,|<>! ") & set(version)
    return name, version if is_version else None, specifier or None
