"""`package-extract schema`."""

from __future__ import annotations

import click

from package_extract.cli.output import write_standard_output

__all__ = ["schema"]


@click.command()
@click.pass_context
def schema(context: click.Context) -> None:
    """Print the JSON Schema (draft 2020-12) of the document, generated from its models.

    Sections of analyzers that others provide are part of it, if they are installed.
    """
    from package_extract.document.schema import document_schema
    from package_extract.document.writing import encode

    context.exit(write_standard_output(encode(document_schema(), indent=True)))
