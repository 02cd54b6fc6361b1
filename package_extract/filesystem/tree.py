"""The squashed tree of an image: what a program running inside would find at a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Tree"]


class Tree:
    """Directories, symbolic links and wanted files of all layers, as the topmost layer leaves them.

    Paths are relative to the root, without a leading slash; the root itself is "". Bytes that are not UTF-8 are
    surrogate-escaped. Regular files that no analyzer wants are not known one by one.
    """

    def resolve(self, path: str) -> str | None:
        """The real path of what `path` leads to, or None if nothing known is there.

        A leading slash is ignored, ".." is clamped at the root, absolute link targets start at the root, and after 40
        links the answer is None (path_resolution(7), ELOOP).
        """
        raise NotImplementedError

    def is_directory(self, path: str) -> bool:
        """Whether `path` leads to a directory (links followed)."""
        raise NotImplementedError

    def is_file(self, path: str) -> bool:
        """Whether `path` leads to a regular file that some analyzer wanted (links followed)."""
        raise NotImplementedError

    def size(self, path: str) -> int | None:
        """Bytes of the wanted file at this real path, or None."""
        raise NotImplementedError

    def mode(self, path: str) -> int | None:
        """Permission bits of the wanted file at this real path, or None."""
        raise NotImplementedError

    def link(self, path: str) -> str | None:
        """Target of the symbolic link at exactly this path, as written, or None."""
        raise NotImplementedError

    def links(self) -> Iterator[tuple[str, str]]:
        """Every symbolic link with its target as written, sorted by path."""
        raise NotImplementedError

    def directories(self) -> Iterator[str]:
        """Every directory, sorted, those that only an entry below them implies included."""
        raise NotImplementedError

    def files(self) -> Iterator[str]:
        """Every wanted file, sorted."""
        raise NotImplementedError

    def children(self, directory: str) -> list[str]:
        """Names of the known entries (directories, links, wanted files) in the directory at this real path, sorted."""
        raise NotImplementedError

    def layer(self, path: str) -> int | None:
        """Index of the layer that the entry at exactly this path comes from, or None."""
        raise NotImplementedError
