#!/usr/bin/env python3
"""Write the reference pages of the document and of an answer from their models: `python docs/build_reference.py`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from package_extract.document.schema import document_schema
from package_extract.resolver.lock.answer_model import answer_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = """\
# The document

What `package-extract analyze` writes, field by field. This page is generated from the models in
`package_extract/document`; `package-extract schema` prints the same as JSON Schema.

- Sizes are bytes. Times are RFC 3339 in UTC: `2024-01-01T00:00:00Z`.
- Lists are sorted, by path or by name and version, unless their order means something.
- `null` is what is not known. Nothing is guessed.
- Paths are relative to the root of the image, without a leading slash. A byte that is not UTF-8 is written `\\xff`.
- The same image and version of the tool give the same bytes, except under `run`.
- Within a `schema_version` fields may be added; none is renamed or changes its meaning.
"""


ANSWER = """\
# The answer

What `package-extract resolve --format json` writes, field by field: an `AnswerDocument`, or a `NoAnswerDocument` where
there is no solution. This page is generated from the models in `package_extract/resolver/lock/answer_model.py`;
`package-extract schema answer` prints the same as JSON Schema.

- `null` is what is not known, or what there is not. Sizes are bytes, times RFC 3339 in UTC.
- The same requirements, targets and state of the index give the same bytes.
- Within a `schema_version` fields may be added; none is renamed or changes its meaning. `package-extract advise` writes
  all of these fields and more.
"""


def pages() -> dict[Path, str]:
    """All pages with their content."""
    document, answer = document_schema(), answer_schema()
    content = {
        "document-reference.md": _page(DOCUMENT, ["Document"], document["$defs"] | {"Document": document}),
        "answer-reference.md": _page(ANSWER, ["AnswerDocument", "NoAnswerDocument"], answer["$defs"]),
    }
    return {Path(__file__).with_name(name): text for name, text in content.items()}


def _page(head: str, roots: list[str], models: dict[str, Any]) -> str:
    order: list[str] = []
    for root in roots:
        _order(root, models, order)
    return "\n".join([head, *(_chapter(name, models[name]) for name in order)])


def _order(name: str, models: dict[str, Any], seen: list[str]) -> list[str]:
    """A model before those that it refers to, each once, in the order of the fields."""
    if name not in seen:
        seen.append(name)
        for reference in _references(models[name].get("properties", {})):
            _order(reference, models, seen)
    return seen


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _chapter(name: str, model: dict[str, Any]) -> str:
    lines = [f"## {name}", "", _one_line(model.get("description", ""), bar="|"), ""]
    properties = model.get("properties", {})
    if properties:
        lines += ["| field | type | meaning |", "|---|---|---|"]
    for field, schema in properties.items():
        lines.append(f"| `{field}` | {_type(schema)} | {_one_line(schema.get('description', ''), bar='&#124;')} |")
    return "\n".join([*lines, ""])


def _one_line(text: str, *, bar: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("|", bar)


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "const" in schema:
        return f"`{str(schema['const']).lower()}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_type(choice) for choice in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if schema.get("items") else "list"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"object of {_type(values)}" if isinstance(values, dict) else "object"
    return str(schema.get("type", "anything"))


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
