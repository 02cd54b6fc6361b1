"""`package-extract schema`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["schema"]


@click.command()
@click.argument("what", type=click.Choice(["document", "answer"]), default="document")
@output_option
@click.pass_context
def schema(context: click.Context, /, what: str, output: str | None) -> None:
    """Print the JSON Schema (draft 2020-12) of the document, generated from its models.

    The sections of all installed analyzers are part of it, those of other distributions too. `answer` prints that of
    what `resolve --format json` writes.
    """
    from package_extract.document.writing import encode

    context.exit(write_output(encode(_schema(what), indent=True), output))


def _schema(what: str) -> dict[str, Any]:
    if what == "answer":
        from package_extract.resolver.lock.answer_model import answer_schema

        return answer_schema()
    from package_extract.document.schema import document_schema

    return document_schema(_sections())


def _sections() -> dict[str, type[BaseModel]]:
    from package_extract.discovery import entry_points, load

    models: dict[str, type[BaseModel]] = {}
    for entry_point in entry_points():
        module, _, attribute = load(entry_point).section.partition(":")
        models[entry_point.name] = getattr(import_module(module), attribute)
    return models
