"""The squashed tree of an image: what a program running inside would find at a path."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FileNode", "LinkNode", "Tree"]

MOST_REMEMBERED = 16
"""Depth of the directories that are remembered with all that are above them: hostile ones are far deeper."""
NO_NAMES = frozenset(("", ".", ".."))
MAXIMUM_LINKS = 40  # what Linux follows before it answers ELOOP


class FileNode(NamedTuple):
    """A regular file that some analyzer wanted."""

    layer: int
    origin: str
    """Name under which its layer's tar has the content: another one for a hard link."""
    size: int
    mode: int
    origin_layer: int
    """The layer whose tar has the content: a lower one for a hard link across layers."""


class LinkNode(NamedTuple):
    """A symbolic link."""

    layer: int
    target: str


def follow(links: Mapping[str, LinkNode], path: str) -> str | None:
    """The path with every link on the way followed, inside the root; None after 40 links (path_resolution(7))."""
    waiting = path.split("/")[::-1]
    real = ""
    hops = 0
    while waiting:
        part = waiting.pop()
        if part == "..":
            real = real.rpartition("/")[0]
        elif part not in ("", "."):
            step = f"{real}/{part}" if real else part
            link = links.get(step)
            if link is None:
                real = step
                continue
            hops += 1
            if hops > MAXIMUM_LINKS:
                return None
            if link.target.startswith("/"):
                real = ""
            waiting.extend(link.target.split("/")[::-1])
    return real


class Tree:
    """Directories, symbolic links and wanted files of all layers, as the topmost layer leaves them.

    Paths are relative to the root, without a leading slash; the root itself is "". Bytes that are not UTF-8 are
    surrogate-escaped. Regular files that no analyzer wants are not known one by one.
    """

    def __init__(
        self, files: Mapping[str, FileNode], links: Mapping[str, LinkNode], directories: Mapping[str, int]
    ) -> None:
        """`directories` give the index of their layer; those implied by what is below them need not be listed."""
        self._files, self._links, self._directories = files, links, directories
        self._resolved: dict[str, str | None] = {"": ""}
        """Directory -> its real path."""
        self._led: dict[str, str | None] = {}
        """Link -> the real path of what it leads to."""
        self._everything: list[str] | None = None
        self._sorted_files: list[str] | None = None

    def resolve(self, path: str) -> str | None:
        """The real path of what `path` leads to, or None if nothing known is there.

        A leading slash is ignored, ".." is clamped at the root, absolute link targets start at the root, and after 40
        links the answer is None (path_resolution(7), ELOOP).
        """
        real = self.real_path(path)
        if real is None or not (real == "" or real in self._files or self._is_real_directory(real)):
            return None
        return real

    def real_path(self, path: str) -> str | None:
        """The path with all known links followed, whether or not something known is there; None after 40 links."""
        parent, _, name = path.rpartition("/")
        directory = self._resolved[parent] if parent in self._resolved else self._resolve(parent)
        if directory is None or name in NO_NAMES:
            return follow(self._links, path)
        full = f"{directory}/{name}" if directory else name
        if full not in self._links:
            return full
        if full not in self._led:
            self._led[full] = follow(self._links, full)
        return self._led[full]

    def _resolve(self, directory: str) -> str | None:
        """What `follow` says of a directory; it and those above it, with which others begin, are remembered."""
        if directory.count("/") > MOST_REMEMBERED:
            return follow(self._links, directory)
        unknown = []
        ancestor = directory
        while ancestor not in self._resolved:
            unknown.append(ancestor)
            ancestor = ancestor.rpartition("/")[0]
        real = self._resolved[ancestor]
        for path in reversed(unknown):
            name = path.rpartition("/")[2]
            full = f"{real}/{name}" if real else name
            linked = real is None or name in NO_NAMES or full in self._links
            real = self._resolved[path] = follow(self._links, path) if linked else full
        return real

    @property
    def real_directories(self) -> Mapping[str, int]:
        """Directories that are where their path says, with no link on the way, and the layer of each."""
        return self._directories

    def is_directory(self, path: str) -> bool:
        """Whether `path` leads to a directory (links followed)."""
        real = self.real_path(path)
        return real is not None and self._is_real_directory(real)

    def is_file(self, path: str) -> bool:
        """Whether `path` leads to a regular file that some analyzer wanted (links followed)."""
        return self.real_path(path) in self._files

    def size(self, path: str) -> int | None:
        """Bytes of the wanted file at this real path, or None."""
        node = self._files.get(path)
        return node.size if node else None

    def mode(self, path: str) -> int | None:
        """Permission bits of the wanted file at this real path, or None."""
        node = self._files.get(path)
        return node.mode if node else None

    def file(self, path: str) -> FileNode | None:
        """The wanted file at this real path, or None."""
        return self._files.get(path)

    def link(self, path: str) -> str | None:
        """Target of the symbolic link at exactly this path, as written, or None."""
        node = self._links.get(path)
        return node.target if node else None

    def links(self) -> Iterator[tuple[str, str]]:
        """Every symbolic link with its target as written, sorted by path."""
        for path in sorted(self._links):
            yield path, self._links[path].target

    def directories(self) -> Iterator[str]:
        """Every directory, sorted, those that only an entry below them implies included."""
        known = set(self._directories)
        for path in (*self._files, *self._links, *self._directories):
            parent = path.rpartition("/")[0]
            while parent and parent not in known:
                known.add(parent)
                parent = parent.rpartition("/")[0]
        known.discard("")
        return iter(sorted(known))

    def files(self) -> Iterator[str]:
        """Every wanted file, sorted."""
        if self._sorted_files is None:
            self._sorted_files = sorted(self._files)
        return iter(self._sorted_files)

    def children(self, directory: str) -> list[str]:
        """Names of the known entries (directories, links, wanted files) in the directory at this real path, sorted."""
        everything = self._sorted()
        prefix = f"{directory}/" if directory else ""
        names: list[str] = []
        index = bisect_left(everything, prefix)
        while index < len(everything) and everything[index].startswith(prefix):
            name = everything[index][len(prefix) :].partition("/")[0]
            if name:
                names.append(name)
            index = bisect_left(everything, f"{prefix}{name}0", index + 1) if name else index + 1
        return sorted(set(names))

    def layer(self, path: str) -> int | None:
        """Index of the layer that the entry at exactly this path comes from, or None."""
        node = self._files.get(path) or self._links.get(path)
        return node.layer if node else self._directories.get(path)

    def _is_real_directory(self, path: str) -> bool:
        if path in self._directories or path == "":
            return True
        if path in self._files or path in self._links:
            return False
        everything = self._sorted()
        index = bisect_left(everything, path + "/")
        return index < len(everything) and everything[index].startswith(path + "/")

    def _sorted(self) -> list[str]:
        if self._everything is None:
            self._everything = sorted([*self._files, *self._links, *self._directories])
        return self._everything
