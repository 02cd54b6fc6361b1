"""The report on one image, or on several side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.document.inventory import packages
from package_extract.export.columns import NAME, Column
from package_extract.export.html.blocks import Block, facts, table, tree_map
from package_extract.export.html.bytes_map import bytes_trees
from package_extract.export.html.page import render
from package_extract.export.listing import findings_listing, listings
from package_extract.export.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from package_extract.document.inventory import Record
    from package_extract.export.listing import Listing

__all__ = ["report"]

ALWAYS_SHOWN = {"Path", "Layer", "Owner"}
"""Columns that say where a row comes from, also where it is not known."""
ALWAYS_LISTED = ("packages", "layers", "problems")


def report(
    documents: Sequence[Mapping[str, Any]], findings: Sequence[Sequence[Mapping[str, Any]]] | None = None
) -> bytes:
    """The HTML file about these documents, at least one, as plain data that is valid.

    `findings` are those of `audit.check` for each of the documents; without them the page does not speak of them.
    """
    names = _names(documents)
    blocks = [
        facts("summary", "Summary", names, [summary(document) for document in documents]),
        *_bytes_map(names, documents),
        *_side_by_side(names, documents),
        *_tables(names, documents, findings),
    ]
    title = names[0] if len(names) == 1 else f"{len(names)} images"
    return render(title, blocks, "What is inside this image" if len(names) == 1 else "What is inside these images")


def _names(documents: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the images are called, each differently."""
    names: list[str] = []
    for document in documents:
        reference = str(document["image"]["reference"])
        again = sum(name == reference or name.startswith(f"{reference} (") for name in names)
        names.append(f"{reference} ({again + 1})" if again else reference)
    return names


def _bytes_map(names: list[str], documents: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    trees = [
        {"label": label if len(names) == 1 else f"{name}: {label.lower()}", "root": root}
        for name, document in zip(names, documents, strict=True)
        for label, root in bytes_trees(document).items()
    ]
    if trees:
        note = (
            "Layers are as large as their tars, packages as large as their databases say; of directories the files of "
            "32 KiB and more are known."
        )
        yield tree_map("bytes", "Where the bytes are", trees, note)


def _side_by_side(names: list[str], documents: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    """Every package with its version in each image, if there are several images."""
    if len(names) == 1:
        return
    versions: dict[tuple[str, str], list[list[str]]] = {}
    for index, document in enumerate(documents):
        for record in packages(document):
            row = versions.setdefault((record["name"], record["kind"]), [[] for _ in names])
            row[index].append(record["version"] or "unknown version")
    records: list[Record] = [
        {"name": name, "kind": kind, "versions": row, "same": "no" if any(each != row[0] for each in row) else "yes"}
        for (name, kind), row in sorted(versions.items())
    ]
    columns = [
        NAME,
        Column("Kind", "text", lambda record: record["kind"], facet=True),
        *(Column(name, "text", _version_in(index)) for index, name in enumerate(names)),
        Column("Same in all", "text", lambda record: record["same"], facet=True),
    ]
    yield table("versions", "Versions side by side", columns, records)


def _version_in(index: int) -> Any:
    return lambda record: record["versions"][index]


def _tables(
    names: list[str],
    documents: Sequence[Mapping[str, Any]],
    findings: Sequence[Sequence[Mapping[str, Any]]] | None,
) -> Iterator[Block]:
    """A table of each kind with the rows of all images, findings and packages first, layers and problems last."""
    found: dict[str, list[tuple[str, Listing]]] = {}
    for name, its_findings in zip(names, findings or (), strict=bool(findings)):
        found.setdefault("findings", []).append((name, findings_listing(its_findings)))
    for name, document in zip(names, documents, strict=True):
        for listing in listings(document):
            found.setdefault(listing.name, []).append((name, listing))
    last = [name for name in ALWAYS_LISTED if name in found]
    for name in sorted(found, key=lambda name: last.index(name) if name in last[1:] else 0):
        yield _table(found[name], several=len(names) > 1)


def _table(parts: list[tuple[str, Listing]], *, several: bool) -> Block:
    listing = parts[0][1]
    records = [{"image name": name, **record} for name, part in parts for record in part.records]
    columns = list({column.label: column for _, part in parts for column in part.columns}.values())
    if several:
        columns.insert(0, Column("Image", "text", lambda record: record["image name"], facet=True))
    shown = [each for each in columns if each.label in ALWAYS_SHOWN or any(map(each.filled, records))]
    return table(listing.name, listing.title, shown or columns, records)
