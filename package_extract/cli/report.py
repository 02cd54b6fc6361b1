"""`package-extract report`."""

from __future__ import annotations

import click

from package_extract.cli.completing import files
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option, refuse_page_on_terminal

__all__ = ["report"]

EPILOG = """\b
Examples:
  package-extract report document.json -o report.html
  package-extract report base.json app.json -o both.html
"""


@click.command(epilog=EPILOG)
@click.argument("documents", metavar="DOCUMENT...", nargs=-1, required=True, shell_complete=files)
@output_option
@click.pass_context
def report(context: click.Context, /, documents: tuple[str, ...], output: str | None) -> None:
    """Write an HTML report on one document, or on several side by side.

    The report is one file that needs no network: tables to search and sort, a map of where the bytes are, what is
    broken, layers, problems. DOCUMENT is what `analyze` wrote; - is standard input.
    """
    refuse_page_on_terminal(context)
    from package_extract.audit import check
    from package_extract.document.reading import load_valid
    from package_extract.export.html import report as html_report

    found = [load_valid(document) for document in documents]
    data = html_report(found, [check(document)["findings"] for document in found])
    context.exit(write_output(data, output))
