"""Indexes, links and cache together: the `Source` that the engine asks."""

from __future__ import annotations

import re
import threading
from fnmatch import translate
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.errors import UnknownProject
from package_extract.resolver.index.cache import Cache
from package_extract.resolver.index.credentials import Credentials
from package_extract.resolver.index.file_access import FileAccess
from package_extract.resolver.index.find_links import FindLinks
from package_extract.resolver.index.merging import merged
from package_extract.resolver.index.options import DEFAULT_INDEX_URL
from package_extract.resolver.index.simple_index import SimpleIndex
from package_extract.resolver.index.times import utc_time
from package_extract.resolver.index.urls import as_address
from package_extract.resolver.index.wheel_metadata import WheelMetadata
from package_extract.resolver.index.workers import Once, Workers
from package_extract.resolver.source import Traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from package_extract.resolver.index.columns import Columns
    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.index.transport import Transport
    from package_extract.resolver.source import DistributionFile, Metadata, ProjectPage

__all__ = ["IndexSource"]

_THREADS = 24
_is_name = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?").fullmatch
_normalize = lru_cache(maxsize=1 << 14)(normalize_name)


class IndexSource:
    """A `Source` over everything that some options name. For any number of threads."""

    def __init__(self, options: IndexOptions) -> None:
        self.traffic = Traffic()
        self._options = options
        self._credentials = Credentials()
        self._transport_made: Transport | None = None
        self._lock = threading.Lock()
        self._cache = Cache(options.cache_dir)
        self._workers = Workers(_THREADS)
        self._links = [self._find_links(place) for place in options.find_links]
        self._indexes = [self._index(url) for url in _index_urls(options)]
        self._scopes = [(_pattern(names), self._index(url)) for names, url in _scopes(options)]
        self._exclude_newer = _cutoff(options)
        self._access = FileAccess(self._transport, self.traffic, offline=options.offline)
        self._wheels = WheelMetadata(self._access, self._cache, self.traffic)
        self._parts: Once[tuple[SimpleIndex | FindLinks, str], Columns | None] = Once(self._workers)
        self._pages: Once[str, ProjectPage] = Once(self._workers)
        self._metadata: Once[str, Metadata] = Once(self._workers)

    def project(self, name: str) -> ProjectPage:
        """As `Source.project`."""
        name = _normalize(name)
        return self._pages.result(name, partial(self._page, name))

    def metadata(self, file: DistributionFile) -> Metadata:
        """As `Source.metadata`."""
        return self._metadata.result(file.url, partial(self._wheels.read, file))

    def prefetch(self, names: Iterable[str]) -> None:
        """As `Source.prefetch`."""
        for name in map(_normalize, names):
            if not self.ready(name):
                self._pages.begin(name, partial(self._page, name))

    def prefetch_metadata(self, files: Iterable[DistributionFile]) -> None:
        """As `Source.prefetch_metadata`."""
        for file in files:
            if not self.metadata_ready(file):
                self._metadata.begin(file.url, partial(self._wheels.read, file))

    def ready(self, name: str) -> bool:
        """As `Source.ready`."""
        name = _normalize(name)
        done = self._pages.done(name)
        return all(part.is_at_hand(name) for part in self._asked(name)) if done is None else done

    def metadata_ready(self, file: DistributionFile) -> bool:
        """As `Source.metadata_ready`."""
        done = self._metadata.done(file.url)
        return self._wheels.is_at_hand(file) if done is None else done

    def file_size(self, file: DistributionFile) -> int:
        """As `Source.file_size`."""
        return file.size if file.size is not None else self._access.piece(file, 0, 1).total

    def read_range(self, file: DistributionFile, start: int, length: int) -> bytes:
        """As `Source.read_range`."""
        return self._access.piece(file, start, length).data

    def download(self, file: DistributionFile, limit: int) -> bytes:
        """As `Source.download`."""
        return self._access.whole(file, limit)

    def recall(self, kind: str, key: str) -> bytes | None:
        """As `Source.recall`."""
        return self._cache.fact(kind, key)

    def keep(self, kind: str, key: str, value: bytes) -> None:
        """As `Source.keep`."""
        self._cache.keep_fact(kind, key, value)

    def close(self) -> None:
        """As `Source.close`."""
        self._workers.close()
        if self._transport_made is not None:
            self._transport_made.close()
        self._cache.close()

    def __enter__(self) -> IndexSource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _transport(self) -> Transport:
        with self._lock:
            if self._transport_made is None:
                from package_extract.resolver.index.transport import Transport

                self._transport_made = Transport(self._options, self._credentials, self.traffic)
            return self._transport_made

    def _index(self, text: str) -> SimpleIndex:
        address = as_address(text)
        self._credentials.add(*address)
        return SimpleIndex(address.url, self._options, self._transport, self._cache, self.traffic)

    def _find_links(self, text: str) -> FindLinks:
        address = as_address(text)
        self._credentials.add(*address)
        return FindLinks(address.url, self._transport, offline=self._options.offline)

    def _asked(self, name: str) -> list[SimpleIndex | FindLinks]:
        for matches, index in self._scopes:
            if matches(name):
                return [index]
        return [*self._links, *self._indexes]

    def _page(self, name: str) -> ProjectPage:
        asked = self._asked(name)
        parts = self._collected(name, asked) if _is_name(name) else []
        if not parts:
            raise UnknownProject(name, _places(asked))
        return merged(name, parts, self._exclude_newer)

    def _collected(self, name: str, asked: list[SimpleIndex | FindLinks]) -> list[Columns]:
        """What the places have: all of them, or with the strategy "first" the links and the first index."""
        if len(asked) == 1:
            only = asked[0].columns(name)
            return [] if only is None else [only]
        first_only = self._options.strategy == "first"
        if not first_only:
            for part in asked[1:]:
                if not part.is_at_hand(name):
                    self._parts.begin((part, name), partial(part.columns, name))
        found = []
        for part in asked:
            columns = self._parts.result((part, name), partial(part.columns, name))
            if columns is not None:
                found.append(columns)
                if first_only and isinstance(part, SimpleIndex):
                    break
        return found


def _index_urls(options: IndexOptions) -> list[str]:
    if options.no_index:
        return []
    main = options.index_url or DEFAULT_INDEX_URL
    urls = [*options.extra_index_urls, main] if options.strategy == "first" else [main, *options.extra_index_urls]
    return list(dict.fromkeys(urls))


def _scopes(options: IndexOptions) -> tuple[tuple[str, str], ...]:
    return () if options.no_index else options.scopes


def _pattern(names: str) -> Callable[[str], object]:
    return re.compile(translate(re.sub(r"[-_.]+", "-", names).lower())).match


def _cutoff(options: IndexOptions) -> str | None:
    if options.exclude_newer is None:
        return None
    return utc_time(options.exclude_newer.isoformat())


def _places(asked: list[SimpleIndex | FindLinks]) -> str:
    if not asked:
        return "all: no index is to be asked and no links are given"
    places = ", ".join(part.url for part in asked)
    return f"the index {places}" if len(asked) == 1 else f"any of {places}"
