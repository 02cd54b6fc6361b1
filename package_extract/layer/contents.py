"""What one layer says, as plain data: its nodes, its whiteouts, its facts. A pure function of the layer's bytes.

Names are bytes as the tar has them, made relative to the root (see `names.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DIRECTORY", "LARGE", "MOST_LARGE_FILES", "LayerContents", "Node", "PlainNames"]

Node = Any
"""None: a directory; bytes: a symbolic link's target; (bytes,): a hard link's; (size, mode): a wanted file."""
DIRECTORY: Node = None
LARGE = 1 << 15
"""Bytes from which on a file is large: some files in a hundred, and nine bytes in ten."""
MOST_LARGE_FILES = 4096


class PlainNames:
    """Names of the entries that no analyzer asked for: packed, because only layers above others ever look at them."""

    def __init__(self, nodes: dict[bytes, Node]) -> None:
        """`nodes` are the layer's other entries; a later plain entry of the same name takes such a node away."""
        self.nodes = nodes
        self.chunk: list[bytes] = []
        self.packed: list[bytes] = []
        self.added_at: dict[bytes, int] = {}

    def add_node(self, name: bytes, node: Node) -> None:
        """Record a node, remembering where in the order of plain entries it stands."""
        self.nodes[name] = node
        self.added_at[name] = len(self.chunk)

    def add_directory(self, name: bytes) -> None:
        """Record a directory."""
        self.nodes[name] = DIRECTORY
        self.added_at[name] = len(self.chunk)

    def flush(self) -> list[bytes]:
        """Pack what is gathered; return the nodes that a later plain entry of this chunk replaced."""
        chunk = self.chunk
        replaced = []
        for name in self.nodes.keys() & chunk:
            last = len(chunk) - 1 - chunk[::-1].index(name)
            if last >= self.added_at.get(name, 0):
                del self.nodes[name]
                replaced.append(name)
        if chunk:
            self.packed.append(b"\0".join(chunk))
        chunk.clear()
        self.added_at.clear()
        return replaced


class LayerContents:
    """The outcome of reading one layer."""

    def __init__(
        self,
        nodes: dict[bytes, Node] | None = None,
        facts: dict[str, dict[bytes, Any]] | None = None,
        *,
        entries: int = 0,
        size: int = 0,
    ) -> None:
        self.nodes = nodes or {}
        self.whiteouts: list[bytes] = []
        """Paths that the layer removes from the layers below."""
        self.opaque: list[bytes] = []
        """Directories whose content below is hidden."""
        self.plain: list[bytes] = []
        """Names of all other entries, in chunks joined by NUL."""
        self.facts = facts or {}
        """Analyzer -> name of the file -> fact."""
        self.files_read: dict[str, int] = {}
        """Analyzer -> how many files it was handed."""
        self.large: dict[bytes, int] = {}
        """Name of a large file -> its bytes in the tar; the `MOST_LARGE_FILES` largest of them."""
        self.problems: list[dict[str, Any]] = []
        self.entries, self.size = entries, size
        self.verified_digest: str | None = None
        """Digest of the blob, if its bytes were held against it."""
        self.seconds: dict[str, float] = {}
        """Analyzer -> seconds spent in its `read`."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LayerContents) and self.dump() == other.dump()

    __hash__ = None  # type: ignore[assignment]

    def plain_names(self) -> Iterator[list[str]]:
        """The names of the entries that nobody asked for, a chunk at a time."""
        for packed in self.plain:
            yield packed.decode("utf-8", "surrogateescape").split("\0")

    def dump(self) -> tuple[Any, ...]:
        """Plain data that `marshal` can carry."""
        return tuple(vars(self).values())

    @classmethod
    def load(cls, data: tuple[Any, ...]) -> LayerContents:
        """The inverse of `dump`."""
        contents = cls()
        vars(contents).update(zip(vars(contents), data, strict=True))
        return contents
