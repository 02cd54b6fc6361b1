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
        owners, places, overlaps = self._owners, dict[str, str](), self._overlaps
        for rank, owner, paths in self._claims:
            entry = rank, owner
            for path in paths:
                parent, _, name = path.rpartition("/")
                place = places.get(parent)
                if place is None:
                    real = self._tree.real_path(parent.strip("/"))
                    place = places[parent] = f"{real}/" if real else ""
                key = place + name
                known = owners.get(key)
                if known is None or rank < known[0]:
                    owners[key] = entry
                elif rank - known[0] == _PYTHON_OVER_SYSTEM:
                    overlaps.append((key, known[1], owner))
        self._claims.clear()
