"""Documents of which a test writes what it is about: the rest of what has to be there is null, empty or zero."""

from __future__ import annotations

from typing import Any

import orjson

from package_extract.document.shape import SCHEMA_FILE

__all__ = ["whole"]

EMPTY: dict[str, Any] = {"null": None, "boolean": False, "integer": 0, "number": 0, "string": "", "array": []}


def whole(document: dict[str, Any]) -> dict[str, Any]:
    """The document with all fields that the schema requires."""
    with open(SCHEMA_FILE, "rb") as file:
        schema = orjson.loads(file.read())
    found: dict[str, Any] = _filled(document, schema, schema["$defs"])
    return found


def _filled(value: Any, schema: Any, definitions: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _filled(value, definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return value if value is None else _filled(value, schema["anyOf"][0], definitions)
    if isinstance(value, list) and "items" in schema:
        return [_filled(each, schema["items"], definitions) for each in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    missing = {name: _nothing(schema["properties"][name], definitions) for name in schema.get("required", ())}
    known = {name: _filled(each, schema["properties"].get(name, {}), definitions) for name, each in value.items()}
    return missing | known


def _nothing(schema: Any, definitions: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _nothing(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    if "anyOf" in schema:
        return None
    if schema.get("type") == "object":
        return _filled({}, schema, definitions)
    return schema.get("const", schema["enum"][0] if "enum" in schema else EMPTY[schema["type"]])
