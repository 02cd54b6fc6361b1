"""Where the bytes of an image are, as trees of sizes: its layers with what is in them, and its packages by kind.

Sizes of layers are those of their tars. Sizes of packages are what their databases declare; a package stands in a layer
only if the document knows which one it came in.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from package_extract.document.inventory import packages
from package_extract.export.quantities import rooted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.document.inventory import Record

__all__ = ["bytes_trees"]

MOST_BOXES = 250
"""Boxes within one box; the smallest of more are drawn as one."""
LONGEST_DETAIL = 300
Node = dict[str, Any]


def bytes_trees(document: Mapping[str, Any]) -> dict[str, Node]:
    """The trees that have bytes to show: "Layers", "Packages"."""
    sized = [record for record in packages(document) if record["size"]]
    trees = {"Layers": _layers(document["image"].get("layers") or [], sized), "Packages": _packages(sized)}
    return {label: root for label, root in trees.items() if root["size"]}


def _layers(layers: list[Mapping[str, Any]], sized: list[Record]) -> Node:
    inside = defaultdict(list)
    for record in sized:
        inside[record["layer"]].append(record)
    return _node("all layers", [_layer(index, layer, inside[index]) for index, layer in enumerate(layers)])


def _layer(index: int, layer: Mapping[str, Any], records: list[Record]) -> Node:
    size = layer.get("size") or layer.get("compressed_size") or 0
    children = _places(records)
    known = sum(child["size"] for child in children)
    if 0 < known < size:  # declared sizes are estimates and may be more than there is
        children.append({"name": "everything else", "size": size - known})
    detail = " ".join(str(layer.get("created_by") or "").split())
    return {**_node(f"layer {index}", children), "size": size, "detail": detail[:LONGEST_DETAIL]}


def _packages(sized: list[Record]) -> Node:
    return _node("all packages", _places(sized))


def _places(records: list[Record]) -> list[Node]:
    """Packages by kind, those of Python by environment; without that step if there is one of them only."""
    places: dict[str, list[Node]] = defaultdict(list)
    for record in records:
        environment = record["environment"]
        place = record["kind"] if environment is None else rooted(environment)
        places[place].append(
            {"name": record["name"], "size": record["size"], "detail": f"{record['kind']} {record['version'] or ''}"}
        )
    if len(places) == 1:
        return next(iter(places.values()))
    return [_node(place, nodes) for place, nodes in places.items()]


def _node(name: str, children: list[Node]) -> Node:
    ordered = sorted((child for child in children if child["size"] > 0), key=lambda child: -child["size"])
    shown, rest = ordered[:MOST_BOXES], ordered[MOST_BOXES:]
    if rest:
        shown.append({"name": f"{len(rest):,} more", "size": sum(child["size"] for child in rest)})
    return {"name": name, "size": sum(child["size"] for child in ordered), "children": shown}
