"""Documents that are valid and otherwise absurd: every field that may be absent is so at times, every text anything."""

from __future__ import annotations

from random import Random
from typing import Any

import orjson

from package_extract.document.shape import SCHEMA_FILE

__all__ = ["any_document", "any_value"]

TEXTS = ("", "3", "3.11.2", "a-b", "usr/lib/x.so", "/", "..", "None", "\x1b[31m", "<script>", "=HYPERLINK()", "é\n\u202e",
         "x" * 300, "libc.so.6", "sha256:0", "1:2-3", ">=", "six", "2024-01-01T00:00:00Z", "cp311-cp311-linux_x86_64",
         "six>=1; python_version<'3'", "%s", "{}", "\0", "cpython", "usr", "GLIBC_2.34")  # fmt: skip
NUMBERS = (0, 1, -1, 2, 7, 1 << 40, -(1 << 63))


def any_document(seed: int) -> dict[str, Any]:
    """A document that the schema allows; the same for the same seed."""
    with open(SCHEMA_FILE, "rb") as file:
        schema = orjson.loads(file.read())
    document: dict[str, Any] = _value(schema, schema["$defs"], Random(seed))
    return document


def any_value(random: Random) -> Any:
    """A value of any type that JSON has."""
    return random.choice([None, True, random.choice(NUMBERS), 0.5, random.choice(TEXTS), [], [None], {}, {"a": 1}])


def _value(schema: Any, definitions: dict[str, Any], random: Random) -> Any:
    if schema is True or schema == {}:
        return any_value(random)
    if "$ref" in schema:
        return _value(definitions[schema["$ref"].rpartition("/")[2]], definitions, random)
    for key in ("anyOf", "enum"):
        if key in schema:
            chosen = random.choice(schema[key])
            return _value(chosen, definitions, random) if key == "anyOf" else chosen
    if "const" in schema:
        return schema["const"]
    return {
        "null": lambda: None,
        "boolean": lambda: random.random() < 0.5,
        "integer": lambda: random.choice(NUMBERS),
        "number": lambda: random.choice([*NUMBERS, 0.25]),
        "string": lambda: random.choice(TEXTS),
        "array": lambda: [_value(schema["items"], definitions, random) for _ in range(random.choice([0, 1, 1, 3]))],
        "object": lambda: _object(schema, definitions, random),
    }[schema["type"]]()


def _object(schema: Any, definitions: dict[str, Any], random: Random) -> dict[str, Any]:
    required = schema.get("required", ())
    found = {
        name: _value(each, definitions, random)
        for name, each in schema.get("properties", {}).items()
        if name in required or random.random() < 0.7
    }
    others = schema.get("additionalProperties", False)
    if others is not False and random.random() < 0.7:
        found |= {random.choice(TEXTS): _value(others, definitions, random) for _ in range(2)}
    return found
