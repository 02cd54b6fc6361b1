"""The argument LIST of `batch` and `job`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from package_extract.batch.work_list import WorkList

__all__ = ["read_bytes", "read_list", "work_list_argument"]

work_list_argument = click.argument("list_file", metavar="LIST", type=click.Path(dir_okay=False, allow_dash=True))


def read_bytes(path: str) -> bytes:
    """The list as it is; "-" is standard input. Raises `InvalidReference`."""
    from package_extract.batch.work_list import MAXIMUM_BYTES

    if path == "-":
        return sys.stdin.buffer.read(MAXIMUM_BYTES + 1)
    from pathlib import Path

    from package_extract.errors import InvalidReference

    try:
        with Path(path).open("rb") as file:
            return file.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise InvalidReference(f"the list {path} cannot be read: {error.strerror or error}") from None


def read_list(path: str, platform: str | None) -> WorkList:
    """The images of the list."""
    from package_extract.batch.work_list import read_work_list

    return read_work_list(read_bytes(path), platform)
