"""Layers side by side: shared ones have the same content, whatever they are compressed with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.comparison.values import pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["layer_differences"]

_Layer = dict[str, Any]


def layer_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """How many layers are `shared`, and those that were `removed` and `added`, with their index in their own image.

    Layers without any digest, as a directory has, are not compared.
    """
    joined, removed, added = pairs(_numbered(before), _numbered(after), _diff_id, _digest)
    return {"shared": len(joined), "removed": [*map(_told, removed)], "added": [*map(_told, added)]}


def _numbered(image: Mapping[str, Any]) -> list[_Layer]:
    layers = image.get("layers") or []
    return [
        {"index": index, **layer} for index, layer in enumerate(layers) if layer.get("diff_id") or layer.get("digest")
    ]


def _diff_id(layer: _Layer) -> Iterator[str]:
    if layer.get("diff_id"):
        yield layer["diff_id"]


def _digest(layer: _Layer) -> Iterator[str]:
    if layer.get("digest"):
        yield layer["digest"]


def _told(layer: _Layer) -> _Layer:
    return {key: layer.get(key) for key in ("index", "digest", "diff_id", "size", "compressed_size", "created_by")}
