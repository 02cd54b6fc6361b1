"""Layers applied one over the other, as the OCI image layer specification says.

Of each layer the opaque and whiteout markers come first, whatever their place in the tar: they hide what is below the
layer, never what the layer itself brings. Then its entries in their order: whatever is no directory takes away what was
below it as a directory, and a directory replaces a file or link. A parent that the layer does not list itself may be a
link of a layer below: then the entry lies where that link leads, as where a container runtime unpacks it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .tree import FileNode, LinkNode, Tree, follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from package_extract.layer.contents import LayerContents

__all__ = ["squash"]


def squash(layers: Sequence[LayerContents]) -> Tree:
    """One tree over all layers, the base first."""
    stack = _Stack()
    for index, contents in enumerate(layers):
        if index:
            stack.hide(contents)
        stack.add(index, contents)
    return Tree(stack.files, stack.links, stack.directories)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


class _Stack:
    """The tree while it grows."""

    def __init__(self) -> None:
        self.files: dict[str, FileNode] = {}
        self.links: dict[str, LinkNode] = {}
        self.directories: dict[str, int] = {}

    def hide(self, contents: LayerContents) -> None:
        """Take away what the layer's markers and its entries that nobody asked for hide."""
        self._remove_below(dict.fromkeys((self._in_place(_text(name)) for name in contents.opaque), 0), {})
        self._remove(self._in_place(_text(name)) for name in contents.whiteouts)
        known = {*self.files, *self.links, *self.directories}
        for chunk in contents.plain_names():
            self._remove(known.intersection(chunk))

    def add(self, index: int, contents: LayerContents) -> None:
        """Put the layer's own entries in place."""
        files, links, directories = self.files, self.links, self.directories
        entries = [(_text(name), node) for name, node in contents.nodes.items()]
        own = {name for name, node in entries if node is None}
        placed: dict[str, str] = {"": ""}
        hard_links: dict[str, str] = {}
        emptied: dict[str, int] = {}
        for number, (name, node) in enumerate(entries):
            path = self._place(name, own, placed)
            files.pop(path, None)
            links.pop(path, None)
            self._imply(path, index)
            if node is None:
                directories[path] = index
                continue
            if directories.pop(path, None) is not None:
                emptied[path] = number
            if isinstance(node, bytes):
                links[path] = LinkNode(index, _text(node))
            elif len(node) == 1:
                hard_links[path] = _text(node[0])
            else:
                files[path] = FileNode(index, name, node[0], node[1], index)
        targets = {path: self._place(target, own, placed) for path, target in hard_links.items()}
        for path in targets:
            self._link(path, index, targets)
        if emptied:
            own_order = {self._place(name, own, placed): number for number, (name, _) in enumerate(entries)}
            self._remove_below(emptied, own_order, index)

    def _place(self, path: str, own: set[str], placed: dict[str, str]) -> str:
        """Where an entry lies: its parents followed, unless the layer itself lists them as directories."""
        parent, _, name = path.rpartition("/")
        place = placed.get(parent)
        if place is None:
            place = ""
            for end in [*(index for index, letter in enumerate(parent) if letter == "/"), len(parent)]:
                ancestor = parent[:end]
                place = f"{place}/{ancestor.rpartition('/')[2]}" if place else ancestor.rpartition("/")[2]
                if place in self.links and ancestor not in own:
                    place = follow(self.links, place) or place
            placed[parent] = place
        return f"{place}/{name}" if place else name

    def _imply(self, path: str, index: int) -> None:
        """Parents that no layer lists are directories all the same."""
        parent = path.rpartition("/")[0]
        while parent and parent not in self.directories:
            self.directories[parent] = index
            self.files.pop(parent, None)
            parent = parent.rpartition("/")[0]

    def _link(self, path: str, index: int, targets: dict[str, str]) -> None:
        """Give a hard link what its target has; the target may itself be a hard link, before or behind it."""
        target, seen = targets[path], {path}
        while target in targets and target not in seen:
            seen.add(target)
            target = targets[target]
        file, link = self.files.get(target), self.links.get(target)
        if file is not None:
            self.files[path] = file._replace(layer=index)
        elif link is not None:
            self.links[path] = link._replace(layer=index)

    def _in_place(self, path: str) -> str:
        """The path with links among its parents followed; its last component stays as it is."""
        parent, _, name = path.rpartition("/")
        real = follow(self.links, parent)
        if real is None:
            return path
        return f"{real}/{name}" if real else name

    def _remove(self, paths: Iterable[str]) -> None:
        """Take these entries away, and everything below them."""
        emptied = {}
        for path in paths:
            self.files.pop(path, None)
            self.links.pop(path, None)
            if self.directories.pop(path, None) is not None:
                emptied[path] = 0
        self._remove_below(emptied, {})

    def _remove_below(self, emptied: Mapping[str, int], own_order: Mapping[str, int], layer: int = -1) -> None:
        """Take away what lies below these directories, in one pass.

        They are emptied when this many of the entries of `layer` are in place; what `own_order` places later stays.
        """
        if not emptied:
            return
        inside: dict[str, int] = {"": emptied.get("", -1)}
        again = []
        for files in (self.files, self.links):
            for path, until in [(path, until) for path in files if (until := _emptied(path, emptied, inside)) >= 0]:
                if files[path].layer != layer or own_order.get(path, -1) < until:
                    del files[path]
                else:
                    again.append(path)
        for path in [path for path in self.directories if _emptied(path, emptied, inside) > own_order.get(path, -1)]:
            del self.directories[path]
        for path in again:
            self._imply(path, layer)


def _emptied(path: str, emptied: Mapping[str, int], inside: dict[str, int]) -> int:
    """When a parent of the path was last emptied, -1 if none was; `inside` remembers the answer for each parent."""
    asked = []
    parent = path.rpartition("/")[0]
    while parent not in inside:
        asked.append(parent)
        parent = parent.rpartition("/")[0]
    answer = inside[parent]
    for parent in reversed(asked):
        answer = inside[parent] = max(answer, emptied.get(parent, -1))
    return answer
