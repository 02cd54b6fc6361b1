"""All that the user asks for, read into one request."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from package_extract.resolver.errors import InvalidRequirement, InvalidRequirementsFile
from package_extract.resolver.requirements.parsing import is_directory_requirement, parse_requirement
from package_extract.resolver.requirements.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Fetch = Callable[[str], bytes] | None

__all__ = ["read_request"]


def read_request(
    arguments: Sequence[str] = (),
    files: Sequence[str] = (),
    *,
    constraints: Sequence[str] = (),
    overrides: Sequence[str] = (),
    extras: Sequence[str] = (),
    groups: Sequence[str] = (),
    fetch: Fetch = None,
) -> Request:
    """Requirements of the command line and of files; constraints and overrides of files.

    A file is read as what its name says: pyproject.toml, Pipfile, a script (".py"), else as pip's file of requirements.
    `extras` and `groups` are those of the projects among the files. An argument that is a directory stands for what the
    project in it needs. `fetch` gives the content of a file of requirements that is named by an address, as
    `index.remote_file` does; without it such files are refused.

    Raises InvalidRequirement for an argument and InvalidRequirementsFile, with file and line, for a file.
    """
    parts = [_argument(text) for text in arguments]
    parts += [_file(path, extras, groups, fetch) for path in files]
    parts += [_requirements_txt(path, fetch, bounds=True) for path in constraints]
    for path in overrides:
        found = _requirements_txt(path, fetch, bounds=False)
        parts.append(Request(overrides=found.requirements, index_options=found.index_options))
    return Request.joined(parts)


def _argument(text: str) -> Request:
    directory = is_directory_requirement(text, "")
    if directory is not None:
        return _project(*directory, "command line")
    return Request(requirements=(parse_requirement(text, "command line", "", InvalidRequirement),))


def _file(path: str, extras: Sequence[str], groups: Sequence[str], fetch: Fetch) -> Request:
    name = os.path.basename(path)  # noqa: PTH119
    if name == "Pipfile":
        from package_extract.resolver.requirements.pipfile import read_pipfile

        return read_pipfile(path, groups)
    if name.endswith(".toml"):
        from package_extract.resolver.requirements.project_file import read_project_file

        return read_project_file(path, extras, groups)
    if name.endswith(".py"):
        from package_extract.resolver.requirements.inline_script import read_inline_script

        return read_inline_script(path)
    return _requirements_txt(path, fetch, bounds=False)


def _requirements_txt(path: str, fetch: Fetch, *, bounds: bool) -> Request:
    from package_extract.resolver.requirements.requirements_txt import read_requirements_txt

    return read_requirements_txt(path, _project, bounds=bounds, fetch=fetch)


def _project(directory: str, extras: Sequence[str], place: str) -> Request:
    """What the project in a directory needs."""
    from package_extract.resolver.requirements.project_file import read_project_file

    path = os.path.join(directory, "pyproject.toml")  # noqa: PTH118
    if not os.path.isfile(path):  # noqa: PTH113
        raise InvalidRequirementsFile(f"{place}: {directory} has no pyproject.toml that says what it needs")
    return read_project_file(path, extras)
