"""Which package owns a file: the file lists of all package databases, joined.

A database names paths as its package was built ("/lib/x86_64-linux-gnu/libc.so.6"); the image may have them elsewhere,
behind a linked directory ("/usr/lib"). So every named path is brought to its real directory before it is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.filesystem.tree import Tree
    from package_extract.plugin import Owner

__all__ = ["Ownership"]

PRECEDENCE = {"rpm": 0, "deb": 0, "apk": 0, "conda": 1, "python": 2}
_PYTHON_OVER_SYSTEM = 2


class Ownership:
    """Claims of packages, looked up by real path. The index is built when it is first asked for."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._claims: list[tuple[int, Owner, Iterable[str]]] = []
        self._owners: dict[str, tuple[int, Owner]] = {}
        self._overlaps: list[tuple[str, Owner, Owner]] = []
        self._real: dict[str, str] = {}

    def claim(self, owner: Owner, paths: Iterable[str]) -> None:
        """A package says that these paths are its own."""
        self._claims.append((PRECEDENCE.get(owner["type"], len(PRECEDENCE)), owner, paths))

    def owner(self, path: str) -> Owner | None:
        """The owner of the file at this real path; of several, the one of the operating system's package."""
        if self._claims:
            self._index()
        entry = self._owners.get(path)
        return entry[1] if entry else None

    def overlaps(self) -> list[tuple[str, Owner, Owner]]:
        """Files that a package of the operating system and a Python distribution both claim, with the two owners.

        Known only for distributions that claimed after the packages did.
        """
        if self._claims:
            self._index()
        return self._overlaps

    def _index(self) -> None:
        owners = self._owners
        for rank, owner, paths in self._claims:
            claimed = dict.fromkeys(self._in_place(paths), (rank, owner))
            for path in owners.keys() & claimed.keys():  # whole lists at once: an image has hundreds of thousands
                known = owners[path]
                if rank >= known[0]:
                    claimed[path] = known
                    if rank - known[0] == _PYTHON_OVER_SYSTEM:
                        self._overlaps.append((path, known[1], owner))
            owners |= claimed
        self._claims.clear()

    def _in_place(self, paths: Iterable[str]) -> Iterable[str]:
        """The paths with their directories' real paths; nearly all are there already."""
        paths = list(paths)
        directories = {path.rpartition("/")[0] for path in paths}
        elsewhere = directories.difference(self._tree.real_directories)
        for directory in elsewhere.difference(self._real):
            self._real[directory] = self._tree.real_path(directory.strip("/")) or ""
        moved = {directory: real for directory in elsewhere if (real := self._real[directory]) != directory}
        if not moved:
            return paths
        split = [path.rpartition("/") for path in paths]
        places = [moved.get(directory, directory) for directory, _, _ in split]
        return [f"{place}/{name}" if place else name for place, (_, _, name) in zip(places, split, strict=True)]
