"""Directories of this machine as indexes: files of bounded size, and the distributions that a directory holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from package_extract.errors import LimitExceeded
from package_extract.resolver.errors import IndexUnreachable
from package_extract.resolver.index.urls import file_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.resolver.index.listing import ListedFile

__all__ = ["files_in", "read_file"]


def read_file(path: str, limit: int) -> bytes:
    """The content of a file.

    Raises IndexUnreachable if it cannot be read, LimitExceeded for one of more than `limit` bytes.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise IndexUnreachable(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > limit:
        raise LimitExceeded(f"{path} has more than {limit} bytes, which is more than is read")
    return data


def files_in(directory: str) -> Iterator[ListedFile]:
    """The regular files of a directory, by name."""
    try:
        with os.scandir(directory) as entries:
            found = sorted((each.name, each.stat().st_size) for each in entries if each.is_file())
    except OSError as error:
        raise IndexUnreachable(f"{directory} cannot be listed: {error.strerror}") from None
    from package_extract.resolver.index.listing import ListedFile

    for name, size in found:
        yield ListedFile(name, file_url(os.path.join(directory, name)), {}, size)  # noqa: PTH118
