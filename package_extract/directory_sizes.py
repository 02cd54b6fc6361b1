"""Where the bytes of a layer are: its large files, added up by directory and by the package that owns them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from package_extract.filesystem.tree import Tree
    from package_extract.layer.contents import LayerContents
    from package_extract.ownership import Ownership
    from package_extract.plugin import Owner

__all__ = ["directory_sizes"]

MOST_DIRECTORIES = 100
LEAST_SHARE = 1000
"""What is less than a thousandth of its layer is left out."""


def directory_sizes(contents: LayerContents, tree: Tree, ownership: Ownership) -> list[dict[str, Any]]:
    """`path`, `owner`, `size` and `files` of the directories with the most bytes, sorted by path and owner."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for name, size in contents.large.items():
        if size > contents.size:  # no file is larger than its layer: the tar lies, and is cut off there
            continue
        path = name.decode("utf-8", "surrogateescape")
        owner = ownership.owner(tree.real_path(path) or path)
        key = path.rpartition("/")[0], id(owner)  # one object for all files of a package
        row = found.get(key)
        if row is None:
            row = found[key] = {"path": key[0], "owner": owner, "size": 0, "files": 0}
        row["size"] += size
        row["files"] += 1
    rows = [row for row in found.values() if row["size"] * LEAST_SHARE >= contents.size]
    rows.sort(key=lambda row: (-row["size"], *_order(row)))
    return sorted(rows[:MOST_DIRECTORIES], key=_order)


def _order(row: dict[str, Any]) -> tuple[str, ...]:
    owner: Owner = row["owner"] or {}
    return row["path"], *(str(owner.get(key, "")) for key in ("type", "name", "version"))
