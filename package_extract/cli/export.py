"""`package-extract export`."""

from __future__ import annotations

import sys

import click

from package_extract.cli.completing import files
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option

__all__ = ["export"]

EPILOG = """\b
Examples:
  package-extract export document.json --format cyclonedx -o bom.cdx.json
  package-extract analyze image.tar | package-extract export - --format spdx
"""


@click.command(epilog=EPILOG)
@click.argument("document", metavar="DOCUMENT", shell_complete=files)
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["cyclonedx", "spdx", "thoth"]),
    required=True,
    help="cyclonedx: CycloneDX 1.6. spdx: SPDX 2.3. thoth: Thoth's form. All of them JSON.",
)
@click.option("--indent/--no-indent", default=None, help="Indent the JSON.  [default: on a terminal]")
@click.pass_context
def export(context: click.Context, /, document: str, output: str | None, form: str, indent: bool | None) -> None:
    """Write a document in the form of another tool: a bill of materials, or Thoth's.

    DOCUMENT is what `analyze` wrote; - is standard input. `analyze --format` writes the same at once.
    """
    from package_extract.document.reading import load_valid
    from package_extract.document.writing import encode
    from package_extract.export.forms import exported

    to_terminal = output is None and sys.stdout.isatty()
    data = encode(exported(load_valid(document), form), indent=to_terminal if indent is None else indent)
    context.exit(write_output(data, output))
