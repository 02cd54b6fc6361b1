"""The list of images that a batch is given, in one of three forms that are told apart by looking.

* lines: a reference on each; blank lines and what follows a "#" at the start of a line or after a blank are passed over
* CSV (RFC 4180) with a heading that has the column `reference`, and perhaps `platform` and `id`
* JSON (RFC 8259): an array of references, or of objects with these members
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from package_extract.errors import InvalidReference, PackageExtractError
from package_extract.reference import parse_reference
from package_extract.store.documents import check_id, document_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["WorkItem", "WorkList", "read_work_list"]

COLUMNS = ("reference", "platform", "id")
MAXIMUM_BYTES = 64 << 20
COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One image of the list."""

    line: int
    """Where it stands: the number of the line, or of the entry of a JSON array, from 1."""
    id: str
    """The id of its document: that of the list, or one made of the reference and the platform."""
    shown: str
    """The reference without credentials."""
    platform: str | None
    reference: str = field(repr=False)
    """The reference as it was given, perhaps with credentials."""


@dataclass(slots=True)
class WorkList:
    """The images in the order of the list, each once."""

    items: list[WorkItem] = field(default_factory=list)
    duplicates: list[tuple[int, int]] = field(default_factory=list)
    """Line of an entry that was passed over, and the line that said the same before."""


def read_work_list(data: bytes, platform: str | None = None) -> WorkList:
    """Read a list; `platform` is for entries that name none.

    Raises `InvalidReference` with the line if the list itself is not understood, or if two images have one id. A
    reference that is no image is no error here: it is one when its turn comes.
    """
    if len(data) > MAXIMUM_BYTES:
        raise InvalidReference(f"the list is larger than {MAXIMUM_BYTES} bytes; split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InvalidReference(f"line {line} of the list is not UTF-8") from error
    work = WorkList()
    seen: dict[str, WorkItem] = {}
    for line, row in _rows(text):
        item = _item(line, row, platform)
        before = seen.get(item.id)
        if before is None:
            seen[item.id] = item
            work.items.append(item)
        elif (before.shown, before.platform) == (item.shown, item.platform):
            work.duplicates.append((line, before.line))
        else:
            raise InvalidReference(f"lines {before.line} and {line} of the list give the id {item.id} to two images")
    return work


def _rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    if text.lstrip()[:1] in {"[", "{"}:
        return _json_rows(text)
    heading = [cell.strip().strip('"').lower() for cell in text.partition("\n")[0].split(",")]
    return _csv_rows(text, heading) if "reference" in heading else _line_rows(text.splitlines())


def _line_rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        reference = COMMENT.sub("", line).strip()
        if reference:
            yield number, {"reference": reference}


def _csv_rows(text: str, heading: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    unknown = sorted(set(heading) - set(COLUMNS))
    if unknown:
        raise InvalidReference(f"the list has the columns {', '.join(unknown)}; known are {', '.join(COLUMNS)}")
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for cells in reader:
            if reader.line_num == 1 or not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(heading):
                raise InvalidReference(f"line {reader.line_num} of the list has more cells than the heading")
            yield reader.line_num, dict(zip(heading, (cell.strip() for cell in cells), strict=False))
    except csv.Error as error:
        raise InvalidReference(f"line {reader.line_num} of the list is no CSV: {error}") from error


def _json_rows(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidReference(f"the list looks like JSON but is not: {error}") from error
    if not isinstance(entries, list):
        raise InvalidReference("the list is a JSON object; it has to be an array")
    for number, entry in enumerate(entries, 1):
        row = {"reference": entry} if isinstance(entry, str) else entry
        if not isinstance(row, dict) or set(row) - set(COLUMNS):
            raise InvalidReference(
                f"entry {number} of the list is no reference and no object with {', '.join(COLUMNS)}"
            )
        yield number, row


def _item(line: int, row: dict[str, Any], platform: str | None) -> WorkItem:
    cells = [row.get(name) or None for name in COLUMNS]
    if any(cell is not None and not isinstance(cell, str) for cell in cells):
        raise InvalidReference(f"entry {line} of the list: {', '.join(COLUMNS)} are strings")
    reference, own_platform, identity = cells
    if reference is None:
        raise InvalidReference(f"line {line} of the list has no reference")
    shown = _without_credentials(reference)
    platform = own_platform or platform
    try:
        identity = check_id(identity) if identity else document_id(shown, platform)
    except InvalidReference as error:
        raise InvalidReference(f"line {line} of the list: {error}") from error
    return WorkItem(line, identity, shown, platform, reference)


def _without_credentials(reference: str) -> str:
    try:
        return parse_reference(reference).text
    except PackageExtractError:
        scheme, separator, rest = reference.partition("://")
        return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else reference
