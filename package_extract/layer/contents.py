"""What one layer says, as plain data: its nodes, its whiteouts, its facts. A pure function of the layer's bytes.

Names are bytes as the tar has them, made relative to the root (see `names.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DIRECTORY", "LayerContents", "Node", "PlainNames"]

Node = Any
"""None: a directory; bytes: a symbolic link's target; (bytes,): a hard link's; (size, mode): a wanted file."""
DIRECTORY: Node = None
CHUNK = 4096


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


@dataclass
class LayerContents:
    """The outcome of reading one layer."""

    nodes: dict[bytes, Node] = field(default_factory=dict)
    whiteouts: list[bytes] = field(default_factory=list)
    """Paths that the layer removes from the layers below."""
    opaque: list[bytes] = field(default_factory=list)
    """Directories whose content below is hidden."""
    plain: list[bytes] = field(default_factory=list)
    """Names of all other entries, in chunks joined by NUL."""
    facts: dict[str, dict[bytes, Any]] = field(default_factory=dict)
    """Analyzer -> name of the file -> fact."""
    files_read: dict[str, int] = field(default_factory=dict)
    """Analyzer -> how many files it was handed."""
    problems: list[dict[str, Any]] = field(default_factory=list)
    entries: int = 0
    size: int = 0
    verified_digest: str | None = None
    """Digest of the blob, if its bytes were held against it."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Analyzer -> seconds spent in its `read`."""

    def plain_names(self) -> Iterator[list[str]]:
        """The names of the entries that nobody asked for, a chunk at a time."""
        for packed in self.plain:
            yield packed.decode("utf-8", "surrogateescape").split("\0")

    def dump(self) -> tuple[Any, ...]:
        """Plain data that `marshal` can carry."""
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)

    @classmethod
    def load(cls, data: tuple[Any, ...]) -> LayerContents:
        """The inverse of `dump`."""
        return cls(*data)
