"""Where the bytes of an image are, as trees of sizes: layers, the packages in them, their directories.

Sizes of layers are those of their tars, sizes of directories those of their large files. A package is as large as its
database declares, or as its large files are if these are more; it stands in the layer that the document knows for it,
and wherever large files of it are.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from package_extract.document.inventory import packages
from package_extract.export.quantities import rooted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.document.inventory import Record

__all__ = ["bytes_trees"]

MOST_BOXES = 250
"""Boxes within one box; the smallest of more are drawn as one."""
LONGEST_DETAIL = 300
PARTS_OF_A_NAME = 2
Node = dict[str, Any]
_Owner = tuple[str, str, str | None]
"""Kind, name and version of a package."""


def bytes_trees(document: Mapping[str, Any]) -> dict[str, Node]:
    """The trees that have bytes to show: "Layers", "Packages"."""
    records = list(packages(document))
    layers = document["image"].get("layers") or []
    sized = [record for record in records if record["size"]]
    trees = {
        "Layers": _node("all layers", _Layers(records).nodes(layers)),
        "Packages": _node("all packages", _places((record, _leaf(record)) for record in sized)),
    }
    return {label: root for label, root in trees.items() if root["size"]}


class _Layers:
    def __init__(self, records: list[Record]) -> None:
        self.by_layer: dict[int | None, list[Record]] = defaultdict(list)
        self.by_owner: dict[_Owner, list[Record]] = defaultdict(list)
        for record in records:
            self.by_layer[record["layer"]].append(record)
            self.by_owner[record["kind"], record["name"], record["version"]].append(record)

    def nodes(self, layers: list[Mapping[str, Any]]) -> list[Node]:
        return [self._layer(index, layer) for index, layer in enumerate(layers)]

    def _layer(self, index: int, layer: Mapping[str, Any]) -> Node:
        size = layer.get("size") or layer.get("compressed_size") or 0
        inside: dict[int, tuple[Record, list[Node]]] = {id(each): (each, []) for each in self.by_layer[index]}
        loose = []
        for directory in layer.get("directories") or ():
            record = self._package(directory)
            if record is None:
                loose.append(_directory(directory))
            else:
                inside.setdefault(id(record), (record, []))[1].append(_directory(directory))
        children = _places(
            (record, _package(record, directories, declared=record["layer"] == index))
            for record, directories in inside.values()
        )
        if loose:
            children.append(_node("in no package", loose))
        known = sum(child["size"] for child in children)
        if 0 < known < size:  # declared sizes are estimates and may be more than there is
            children.append({"name": "everything else", "size": size - known})
        detail = " ".join(str(layer.get("created_by") or "").split())
        return {**_node(f"layer {index}", children), "size": size, "detail": detail[:LONGEST_DETAIL]}

    def _package(self, directory: Mapping[str, Any]) -> Record | None:
        """The package that owns the files; of several that are the same, the one of the environment they are in."""
        owner = directory.get("owner")
        if owner is None:
            return None
        key = owner["type"], owner["name"], owner.get("version")
        candidates = self.by_owner[key]
        if not candidates:  # a section that lists it is missing
            unknown = dict.fromkeys(("environment", "layer", "size"))
            candidates.append({"kind": key[0], "name": key[1], "version": key[2], **unknown})
        return max(candidates, key=lambda record: _common(record["environment"] or "", directory["path"]))


def _common(prefix: str, path: str) -> int:
    return len(prefix) if f"{path}/".startswith(f"{prefix}/") else -1


def _package(record: Record, directories: list[Node], *, declared: bool) -> Node:
    """A package in a layer; `declared` if it is the one that the package came in, so that all of its size counts."""
    size = (record["size"] or 0) if declared else 0
    if not directories:
        return {**_leaf(record), "size": size}
    known = sum(directory["size"] for directory in directories)
    rest = [{"name": "smaller files", "size": size - known}] if size > known else []
    return {**_node(record["name"], [*directories, *rest]), "detail": _detail(record)}


def _directory(directory: Mapping[str, Any]) -> Node:
    path = rooted(directory["path"])
    files = directory["files"]
    return {
        "name": "/".join(path.rsplit("/", PARTS_OF_A_NAME)[-PARTS_OF_A_NAME:]),
        "size": directory["size"],
        "detail": f"{path}, {files:,} large file{'s' if files != 1 else ''}",
    }


def _leaf(record: Record) -> Node:
    return {"name": record["name"], "size": record["size"], "detail": _detail(record)}


def _detail(record: Record) -> str:
    return f"{record['kind']} {record['version'] or ''}"


def _places(found: Iterable[tuple[Record, Node]]) -> list[Node]:
    """Packages by kind, those of Python by environment; without that step if there is one of them only."""
    places: dict[str, list[Node]] = defaultdict(list)
    for record, node in found:
        environment = record["environment"]
        if node["size"] > 0:
            places[record["kind"] if environment is None else rooted(environment)].append(node)
    if len(places) == 1:
        return next(iter(places.values()))
    return [_node(place, nodes) for place, nodes in places.items()]


def _node(name: str, children: list[Node]) -> Node:
    ordered = sorted((child for child in children if child["size"] > 0), key=lambda child: -child["size"])
    shown, rest = ordered[:MOST_BOXES], ordered[MOST_BOXES:]
    if rest:
        shown.append({"name": f"{len(rest):,} more", "size": sum(child["size"] for child in rest)})
    return {"name": name, "size": sum(child["size"] for child in ordered), "children": shown}
