"""What a page consists of, as the plain data that its script draws: facts, tables and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from package_extract.document.inventory import Record
    from package_extract.export.columns import Column

__all__ = ["Block", "facts", "table", "tree_map"]

Block = dict[str, Any]


def facts(name: str, title: str, columns: Sequence[str], values: Sequence[Mapping[str, list[str]]]) -> Block:
    """For each column (an image) the same facts by label; a fact that no column has is left out."""
    labels = dict.fromkeys(label for each in values for label in each)
    rows = [[label, *(each.get(label, []) for each in values)] for label in labels]
    return {
        "kind": "facts",
        "id": name,
        "title": title,
        "columns": list(columns),
        "rows": [row for row in rows if any(row[1:])],
    }


def table(
    name: str,
    title: str,
    columns: Iterable[Column],
    records: Sequence[Record],
    note: str | None = None,
) -> Block:
    """One row for each record."""
    shown = list(columns)
    return {
        "kind": "table",
        "id": name,
        "title": title,
        "note": note,
        "columns": [{"label": each.label, "kind": each.kind, "facet": each.facet} for each in shown],
        "rows": [[each.value(record) for each in shown] for record in records],
    }


def tree_map(name: str, title: str, trees: Sequence[Mapping[str, Any]], note: str | None = None) -> Block:
    """Boxes within boxes; a tree has `label` and `root`, a node `name`, `size`, and either `children` or none."""
    return {"kind": "map", "id": name, "title": title, "note": note, "trees": list(trees)}
