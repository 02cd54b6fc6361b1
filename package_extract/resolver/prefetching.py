"""Looking ahead while waiting: what the packages just met will probably need is fetched before it is asked for.

Nothing here changes an answer. While the search waits for a page, the pages that have arrived meanwhile are looked at:
the newest version that fits what asked for it is guessed, its metadata fetched, and then the pages that it names.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier

from package_extract.errors import PackageExtractError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.resolver.dependency import Dependency
    from package_extract.resolver.package import Package
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.source import DistributionFile
    from package_extract.resolver.universe import PackageUniverse

__all__ = ["Prefetching"]

_PAUSE = 0.0005
"""Seconds between two looks at what has arrived."""
_TRIED_BEFORE = 3
"""Versions of one package that were tried in vain before several older ones are fetched at once."""
_AT_ONCE = 12


class Prefetching:
    """What was begun and has not been looked at."""

    def __init__(self, universe: PackageUniverse) -> None:
        self._universe = universe
        self._source = universe.source
        self._pages: deque[tuple[Scope, str, str, tuple[str, ...]]] = deque()
        self._metadata: deque[tuple[Scope, Package, int, DistributionFile, tuple[str, ...]]] = deque()
        self._seen: set[tuple[str, str]] = set()
        self._ready: set[str] = set()
        self._tried: dict[int, int] = {}

    def expect(self, scope: Scope, dependencies: Iterable[Dependency]) -> None:
        """These packages will be asked for."""
        missing = []
        for dependency in dependencies:
            key = scope.label, dependency.name
            if key in self._seen or dependency.url:
                continue
            self._seen.add(key)
            installed = scope.installed(dependency.name)
            if (installed and scope.is_fixed(installed)) or self._universe.knows(scope, dependency.name):
                continue
            if self._source.ready(dependency.name):
                self._ready.add(dependency.name)
            else:
                missing.append(dependency.name)
                self._pages.append((scope, dependency.name, dependency.specifier, dependency.extras))
        if missing:
            self._source.prefetch(missing)

    def wait_for_page(self, name: str) -> None:
        """Make use of the time until a page is there."""
        if name in self._ready or self._source.ready(name):
            return
        self._source.prefetch([name])
        while not self._source.ready(name):
            if not self._look():
                time.sleep(_PAUSE)

    def wait_for_metadata(self, package: Package, position: int, file: DistributionFile) -> None:
        """Make use of the time until a file's metadata is there; older ones come with it if many were tried."""
        if self._source.metadata_ready(file):
            return
        tried = self._tried[id(package)] = self._tried.get(id(package), 0) + 1
        self._source.prefetch_metadata([file])
        if tried >= _TRIED_BEFORE:
            self._source.prefetch_metadata(self._older(package, position))
        while not self._source.metadata_ready(file):
            if not self._look():
                time.sleep(_PAUSE)

    def _older(self, package: Package, position: int) -> list[DistributionFile]:
        files: list[DistributionFile] = []
        candidates = package.usable & ~package.prereleases & ((1 << position) - 1)
        while candidates and len(files) < _AT_ONCE:
            newest = candidates.bit_length() - 1
            candidates ^= 1 << newest
            file = package.file(newest)
            if file is not None and not self._source.metadata_ready(file):
                files.append(file)
        return files

    def _look(self) -> bool:
        """Look at one thing that has arrived; whether there was one."""
        for _ in range(len(self._pages)):
            scope, name, specifier, extras = self._pages.popleft()
            if self._source.ready(name):
                self._page_arrived(scope, name, specifier, extras)
                return True
            self._pages.append((scope, name, specifier, extras))
        for _ in range(len(self._metadata)):
            scope, package, position, file, extras = self._metadata.popleft()
            if self._source.metadata_ready(file):
                self._metadata_arrived(scope, package, position, extras)
                return True
            self._metadata.append((scope, package, position, file, extras))
        return False

    def _page_arrived(self, scope: Scope, name: str, specifier: str, extras: tuple[str, ...]) -> None:
        try:
            package = self._universe.package(scope, name)
            fitting = package.select(specifier) & package.usable & ~package.yanked
        except (PackageExtractError, InvalidSpecifier):
            return  # whoever asks for it is told
        for bound in scope.constraints.get(name, ()):
            fitting &= package.select(bound.dependency.specifier)
        fitting = fitting & ~package.prereleases or fitting
        if not fitting or (fitting & package.kept and scope.policy.installed == "prefer"):
            return
        position = fitting.bit_length() - 1
        file = package.file(position)
        if file is not None:
            self._source.prefetch_metadata([file])
            self._metadata.append((scope, package, position, file, extras))

    def _metadata_arrived(self, scope: Scope, package: Package, position: int, extras: tuple[str, ...]) -> None:
        for extra in ("", *extras):
            self.expect(scope, self._universe.expected(scope, package, position, extra))
