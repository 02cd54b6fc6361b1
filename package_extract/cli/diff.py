"""`package-extract diff`."""

from __future__ import annotations

from typing import Any

import click

from package_extract.cli.completing import files
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option, refuse_page_on_terminal
from package_extract.cli.reading_options import reading_options, settings
from package_extract.cli.subject import document_of
from package_extract.cli.terminal import fitting_width, wants_color
from package_extract.cli.verbosity_options import verbosity_options

__all__ = ["diff"]

DIFFERENT = 1

EPILOG = """\b
Examples:
  package-extract diff before.json after.json
  package-extract diff oci:layout@v1 oci:layout@v2 --format html -o difference.html
  package-extract diff base.json app.tar --exit-code
"""


@click.command(epilog=EPILOG)
@click.argument("before", metavar="A", shell_complete=files)
@click.argument("after", metavar="B", shell_complete=files)
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="text: for people. json: for programs. html: for browsers.",
)
@click.option("--exit-code", is_flag=True, help=f"End with {DIFFERENT} if there are differences.")
@reading_options
@verbosity_options()
@click.pass_context
def diff(
    context: click.Context,
    /,
    before: str,
    after: str,
    output: str | None,
    form: str,
    exit_code: bool,
    quiet: bool,
    verbose: bool,
    **how: Any,
) -> None:
    """Say what differs between A and B: packages, interpreters, wheel tags, libraries, CUDA, configuration, layers.

    A and B are documents, as `analyze` wrote them, or images, which are analyzed now. One of them may be -, a document
    on standard input.
    """
    if before == after == "-":
        raise click.UsageError("only one of A and B can be standard input")
    if form == "html":
        refuse_page_on_terminal(context)
    options = settings(**how)

    from package_extract.comparison import compare

    documents = [document_of(each, options, quiet=quiet, verbose=verbose) for each in (before, after)]
    comparison = compare(*documents)
    code = write_output(_rendered(comparison, form, output), output)
    context.exit(code or (DIFFERENT if exit_code and not comparison["same"] else 0))


def _rendered(comparison: dict[str, Any], form: str, output: str | None) -> bytes:
    if form == "json":
        from package_extract.document.writing import encode

        return encode(comparison, indent=True)
    if form == "html":
        from package_extract.export.html import difference_page

        return difference_page(comparison)
    from package_extract.export.difference_text import render

    return render(comparison, width=fitting_width(output), color=wants_color(output)).encode()
