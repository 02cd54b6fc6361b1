"""The page /docs: the OpenAPI description (3.1) of the service as HTML that loads nothing and runs no script.

Pages that draw the description in the browser load their script from elsewhere, which a closed network does not let
through, and which would run where the service's answers are shown.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined
from starlette.responses import HTMLResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["reference_page"]

PREFIX = "#/components/schemas/"
SAID_BETTER = {"Successful Response": "Done."}
"""What FastAPI says where an operation says nothing."""
CLOSED = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def reference_page(openapi: dict[str, Any]) -> HTMLResponse:
    """The page that shows every operation and every object of the description."""
    here = files(__package__)
    style = here.joinpath("reference_page.css").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(here.joinpath("reference_page.html").read_text(encoding="utf-8"))
    page = template.render(
        info=openapi["info"],
        operations=list(_operations(openapi)),
        objects=[_object(name, schema) for name, schema in openapi["components"]["schemas"].items()],
        style=style,
    )
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; {CLOSED}"
    return HTMLResponse(page, headers={"content-security-policy": policy})


def _operations(openapi: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody")
            yield {
                "method": method.upper(),
                "path": path,
                "description": operation.get("description", ""),
                "parameters": [
                    {**_field(each["schema"]), "name": each["name"], "place": each["in"], "required": each["required"]}
                    for each in operation.get("parameters", ())
                ],
                "body": _content(body) if body else None,
                "answers": [(status, SAID_BETTER.get(answer["description"], answer["description"]), _content(answer))
                            for status, answer in operation["responses"].items()],
            }  # fmt: skip


def _content(part: dict[str, Any]) -> list[tuple[str, str | None]]:
    """The type of the JSON in a body or an answer."""
    return _type(part.get("content", {}).get("application/json", {}).get("schema") or {})


def _object(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    required = schema.get("required", ())
    return {
        "name": name,
        "description": schema.get("description", ""),
        "fields": [
            {**_field(each), "name": field, "required": field in required}
            for field, each in schema.get("properties", {}).items()
        ],
    }


def _field(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": _type(schema), "description": schema.get("description", "")}


def _type(schema: dict[str, Any]) -> list[tuple[str, str | None]]:
    """A type in words, in pieces; with a piece that is the name of an object, that name."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(PREFIX)
        return [(name, name)]
    if "anyOf" in schema:
        kinds = [_type(each) for each in schema["anyOf"]]
        return [piece for kind in kinds for piece in ([] if kind is kinds[0] else [(" or ", None)]) + kind]
    if "enum" in schema:
        return [(" or ".join(f'"{value}"' for value in schema["enum"]), None)]
    if schema.get("type") == "array":
        return [("list of ", None), *(_type(schema.get("items", {})) or [("anything", None)])]
    return [(str(schema["type"]), None)] if "type" in schema else []
