"""`--find-links`: a directory of distributions, or a page that links to some, for all projects together."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from package_extract.errors import LimitExceeded
from package_extract.resolver.errors import Offline
from package_extract.resolver.index.columns import Columns, in_memory
from package_extract.resolver.index.file_names import parse_file_name
from package_extract.resolver.index.local_files import files_in, read_file
from package_extract.resolver.index.simple_index import LARGEST_PAGE, read_page
from package_extract.resolver.index.urls import file_url, local_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from package_extract.resolver.index.listing import ListedFile
    from package_extract.resolver.index.transport import Transport

__all__ = ["FindLinks"]

_MOST_FILES = 1 << 20
_ACCEPT = {"Accept": "text/html, application/vnd.pypi.simple.v1+json;q=0.5"}
_WANTED = frozenset({200})


class FindLinks:
    """The files of one place, listed when the first project is asked for."""

    def __init__(self, url: str, transport: Callable[[], Transport], *, offline: bool) -> None:
        self.url = url
        self._transport, self._offline = transport, offline
        self._by_project: dict[str, list[ListedFile]] | None = None
        self._lock = threading.Lock()

    def is_at_hand(self, name: str) -> bool:  # noqa: ARG002 it is one list for all names
        """Whether its files are known, or can be without a request."""
        return self._by_project is not None or local_path(self.url) is not None

    def columns(self, name: str) -> Columns | None:
        """The files of a project; None if there are none."""
        with self._lock:
            if self._by_project is None:
                self._by_project = _by_project(self._listed())
        files = self._by_project.get(name)
        if not files:
            return None
        from package_extract.resolver.index.encoding import encoded

        return in_memory(name, self.url, encoded(name, self.url, files))

    def _listed(self) -> Iterable[ListedFile]:
        path = local_path(self.url)
        if path is not None:
            return _local(path)
        if self._offline:
            raise Offline(f"{self.url} lists files on the network; leave it out or allow the network")
        return read_page(self._transport().get(self.url, _ACCEPT, _WANTED, LARGEST_PAGE))


def _local(path: str) -> Iterable[ListedFile]:
    if os.path.isdir(path):  # noqa: PTH112
        return files_in(path)
    from package_extract.resolver.index.simple_html import read_html_page

    return read_html_page(read_file(path, LARGEST_PAGE), file_url(path))


def _by_project(listed: Iterable[ListedFile]) -> dict[str, list[ListedFile]]:
    found: dict[str, list[ListedFile]] = {}
    for count, file in enumerate(listed):
        if count >= _MOST_FILES:
            raise LimitExceeded(f"a page of links names more than {_MOST_FILES} files")
        parts = parse_file_name(file.filename)
        if parts is not None:
            found.setdefault(parts.project, []).append(file)
    return found
