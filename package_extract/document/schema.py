"""The JSON Schema (draft 2020-12) of the document, made from its models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import create_model

from package_extract.document.document import Document, Results

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

__all__ = ["document_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def document_schema(sections: Mapping[str, type[BaseModel]] | None = None) -> dict[str, Any]:
    """The schema; `sections` are the models of analyzers that the document does not know of itself, by name."""
    others = {name: model for name, model in (sections or {}).items() if name not in Results.model_fields}
    if not others:
        return {"$schema": DIALECT, **Document.model_json_schema()}
    fields: dict[str, Any] = {name: (model | None, None) for name, model in sorted(others.items())}
    results = create_model("Results", __base__=Results, __doc__=Results.__doc__, **fields)
    whole = create_model("Document", __base__=Document, __doc__=Document.__doc__, results=(results, ...))
    return {"$schema": DIALECT, **whole.model_json_schema()}
