"""Whether plain data has the shape of a document: JSON Schema without the models, which take long to import.

`document.schema.json` beside this file is made from the models (`docs/build_schema.py`). Understood is what it uses of
JSON Schema (draft 2020-12): `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`, `anyOf`
and `$ref`. Values are judged in columns, all those together that stand at one place of the schema: the names of 5,000
packages are one list, and their types one pass over it.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

__all__ = ["has_document_shape"]

SCHEMA_FILE = __file__.removesuffix("shape.py") + "document.schema.json"

_Schema = dict[str, Any]
_TYPES: dict[str, set[type]] = {
    "null": {type(None)},
    "boolean": {bool},
    "integer": {int},
    "number": {int, float},
    "string": {str},
    "array": {list},
    "object": {dict},
}


def has_document_shape(document: object) -> bool:
    """Whether every field that has to be there is, and every field that the models know has a value that they allow.

    `document` is what JSON decodes to.
    """
    import orjson

    with open(SCHEMA_FILE, "rb") as file:
        schema = orjson.loads(file.read())
    return _Shape(schema["$defs"]).fits([document], schema)


class _Shape:
    def __init__(self, definitions: dict[str, _Schema]) -> None:
        self._definitions = definitions

    def fits(self, values: list[Any], schema: _Schema) -> bool:
        """Whether all the values are as the schema says."""
        if not values:
            return True
        schema = self._resolved(schema)
        if "anyOf" in schema:
            return self._fits_one_of(values, [self._resolved(each) for each in schema["anyOf"]])
        return (
            {*map(type, values)} <= _TYPES[schema["type"]]
            and ("enum" not in schema or {*values} <= {*schema["enum"]})
            and ("const" not in schema or {*values} == {schema["const"]})
            and ("items" not in schema or self.fits([*chain.from_iterable(values)], schema["items"]))
            and (schema["type"] != "object" or self._fits_object(values, schema))
        )

    def _resolved(self, schema: _Schema) -> _Schema:
        return self._definitions[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema

    def _fits_one_of(self, values: list[Any], schemas: list[_Schema]) -> bool:
        """Each value is judged by the first schema of its type."""
        for schema in schemas:
            types = _TYPES[schema["type"]]
            own = [value for value in values if type(value) in types]
            if not self.fits(own, schema):
                return False
            values = [value for value in values if type(value) not in types]
        return not values

    def _fits_object(self, values: list[dict[str, Any]], schema: _Schema) -> bool:
        properties, required = schema.get("properties", {}), {*schema.get("required", ())}
        for name, each in properties.items():
            column = [value[name] for value in values if name in value]
            if (name in required and len(column) < len(values)) or not self.fits(column, each):
                return False
        others = schema.get("additionalProperties")
        if not isinstance(others, dict):  # nothing is said of them
            return True
        return self.fits([one for value in values for name, one in value.items() if name not in properties], others)
