"""requirements.txt and constraints.txt, pip's lists of requirements.

https://pip.pypa.io/en/stable/reference/requirements-file-format/: comments, lines joined by a backslash, options for
the whole file (`-r`, `--index-url` …) and for a requirement (`--hash`).
"""

from __future__ import annotations

import re

from package_extract.formats.requirement_line import LockedPackage, read_requirement

__all__ = ["read_requirements_txt"]

_COMMENT = re.compile(r"(?:^|\s)#.*")
_OPTION = re.compile(r"\s--?[A-Za-z].*", re.DOTALL)
_MOST = 100_000


def read_requirements_txt(data: bytes) -> list[LockedPackage]:
    """The packages in the order of the file. Options, paths and URLs without a name are left out."""
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\\\n", " ")
    found = []
    for line in text.split("\n", _MOST)[:_MOST]:
        stripped = _COMMENT.sub("", line).strip()
        if stripped and not stripped.startswith("-"):
            requirement = read_requirement(_OPTION.sub("", stripped))
            if requirement:
                found.append(requirement)
    return found
