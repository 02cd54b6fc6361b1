"""One index with the simple repository API: its page of each project, from the cache if that is fresh."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from package_extract.errors import FormatError
from package_extract.resolver.errors import CorruptPage, Offline
from package_extract.resolver.index.columns import Columns, Encoded, in_memory
from package_extract.resolver.index.local_files import files_in, read_file
from package_extract.resolver.index.urls import file_url, local_path, project_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from package_extract.resolver.index.cache import Cache, CachedPage
    from package_extract.resolver.index.listing import ListedFile
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.index.transport import Answer, Transport
    from package_extract.resolver.source import Traffic

__all__ = ["LARGEST_PAGE", "SimpleIndex", "read_page"]

LARGEST_PAGE = 64 << 20
"""Bytes, decompressed."""

_ACCEPT = ", ".join(
    (
        "application/vnd.pypi.simple.v1+json",
        "application/vnd.pypi.simple.v1+html;q=0.2",
        "text/html;q=0.01",
    )
)
_JSON = frozenset({"application/vnd.pypi.simple.v1+json", "application/vnd.pypi.simple.latest+json"})
_HTML = frozenset({"application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.latest+html", "text/html", ""})
_WANTED = frozenset({200})


class SimpleIndex:
    """An index at a URL, or in a directory named by a "file:" URL."""

    def __init__(
        self, url: str, options: IndexOptions, transport: Callable[[], Transport], cache: Cache, traffic: Traffic
    ) -> None:
        """`transport` is called when the first request is to be made: what is cached needs none."""
        self.url = url
        self._options, self._transport, self._cache, self._traffic = options, transport, cache, traffic
        self._directory = local_path(url)

    def is_at_hand(self, name: str) -> bool:
        """Whether the page of a project can be had without a request."""
        if self._directory is not None or self._options.offline:
            return True
        fresh_until = None if self._options.refresh else self._cache.fresh_until(self._key(name))
        return fresh_until is not None and fresh_until > time.time()

    def columns(self, name: str) -> Columns | None:
        """The page of a project; None if the index has none."""
        if self._directory is not None:
            return self._local(name)
        kept, known = self._kept(name)
        if kept is not None and self._usable(kept):
            self._traffic.from_cache += 1
            return known
        if self._options.offline:
            raise Offline(f"the page of {name} at {self.url} is not in the cache; allow the network once")
        return self._fetched(name, kept, known)

    def _kept(self, name: str) -> tuple[CachedPage | None, Columns | None]:
        """What the cache has; one that is damaged counts as none."""
        kept = self._cache.page(self._key(name))
        if kept is None or kept.header is None:
            return kept, None
        try:
            return kept, Columns(name, self.url, kept.header, kept.lines)
        except FormatError:
            return None, None

    def _key(self, name: str) -> str:
        return project_url(self.url, name)

    def _usable(self, kept: CachedPage) -> bool:
        return self._options.offline or (not self._options.refresh and kept.fresh_until > time.time())

    def _fetched(self, name: str, kept: CachedPage | None, known: Columns | None) -> Columns | None:
        headers = {"Accept": _ACCEPT}
        if kept is not None and known is not None:
            asked = {"If-None-Match": kept.etag, "If-Modified-Since": kept.modified}
            headers |= {header: value for header, value in asked.items() if value}
        answer = self._transport().get(self._key(name), headers, _WANTED, LARGEST_PAGE)
        self._traffic.pages += 1
        if answer.status == 304 and known is not None:
            self._cache.renew_page(self._key(name), _fresh_until(answer) or 0.0)
            return known
        if answer.status not in {200, 404, 410}:
            raise CorruptPage(f"{answer.url} answers with status {answer.status} where a page was expected")
        page = _encoded(name, answer.url, read_page(answer)) if answer.status == 200 else None
        self._keep(name, answer, page)
        return self._decoded(name, page)

    def _decoded(self, name: str, page: Encoded | None) -> Columns | None:
        return None if page is None else in_memory(name, self.url, page)

    def _keep(self, name: str, answer: Answer, page: Encoded | None) -> None:
        fresh_until = _fresh_until(answer)
        if fresh_until is not None:
            etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
            self._cache.keep_page(self._key(name), etag, modified, fresh_until, page)

    def _local(self, name: str) -> Columns | None:
        directory = os.path.join(self._directory or "", name)  # noqa: PTH118
        page = os.path.join(directory, "index.html")  # noqa: PTH118
        listed: Iterable[ListedFile]
        if os.path.isfile(page):  # noqa: PTH113
            listed = _parsed(read_file(page, LARGEST_PAGE), "text/html", file_url(page))
        elif os.path.isdir(directory):  # noqa: PTH112
            listed = files_in(directory)
        else:
            return None
        return self._decoded(name, _encoded(name, self.url, listed))


def _encoded(name: str, base: str, listed: Iterable[ListedFile]) -> Encoded:
    from package_extract.resolver.index.encoding import encoded

    return encoded(name, base, listed)


def _fresh_until(answer: Answer) -> float | None:
    from package_extract.resolver.index.freshness import lifetime

    seconds = lifetime(answer.headers)
    return None if seconds is None else time.time() + seconds


def read_page(answer: Answer) -> list[ListedFile]:
    """The files that a page lists. Raises CorruptPage if it is none."""
    content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return _parsed(answer.body, content_type, answer.url)


def _parsed(body: bytes, content_type: str, url: str) -> list[ListedFile]:
    from package_extract.resolver.index.simple_html import read_html_page
    from package_extract.resolver.index.simple_json import read_json_page

    try:
        if content_type in _JSON:
            return read_json_page(body)
        if content_type in _HTML:
            return list(read_html_page(body, url))
    except FormatError as error:
        raise CorruptPage(f"the page {url} cannot be used: {error}") from error
    raise CorruptPage(f"{url} answers with {content_type[:60]!r}, which is no page of an index")
