"""`package-extract buildlog`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import Any

import click

from package_extract.cli.completing import files
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option
from package_extract.cli.terminal import fitting_width, wants_color

__all__ = ["buildlog"]

EPILOG = """\b
Examples:
  package-extract buildlog build.log
  docker build --progress=plain . 2>&1 | package-extract buildlog -
  package-extract buildlog build.log --document document.json --format table
"""


@click.command(epilog=EPILOG)
@click.argument("log", metavar="LOG", type=click.Path(dir_okay=False, allow_dash=True), shell_complete=files)
@click.option(
    "--document", metavar="DOCUMENT", help="Say of each package whether it is in this image; - is standard input."
)
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    help="table: for people. json: for programs.  [default: table on a terminal, else json]",
)
@click.option("--indent/--no-indent", default=None, help="Indent the JSON.  [default: on a terminal]")
@click.pass_context
def buildlog(
    context: click.Context,
    /,
    log: str,
    document: str | None,
    output: str | None,
    form: str | None,
    indent: bool | None,
) -> None:
    """Say what the log of an image's build says was installed, failed and pushed.

    LOG is a file, or - for standard input: what pip, uv, micropipenv, pipenv, dnf, yum, microdnf and apt-get printed,
    also in the logs of docker, BuildKit, podman, buildah, s2i and Tekton.
    """
    from package_extract.buildlog import compare_with, read_build_log
    from package_extract.document.reading import InvalidDocument, load_valid

    if log == document == "-":
        raise click.UsageError("only one of LOG and DOCUMENT can be standard input", context)
    image = None if document is None else load_valid(document)
    try:
        with nullcontext(sys.stdin.buffer) if log == "-" else open(log, "rb") as file:
            found = read_build_log(file)
    except OSError as error:
        raise InvalidDocument(f"{log} cannot be read: {error.strerror or error}") from None
    if image is not None:
        found = compare_with(found, image)
    to_terminal = output is None and sys.stdout.isatty()
    if form == "table" or (form is None and to_terminal and indent is None):
        rendered = _table(found, output)
    else:
        rendered = _json(found, indent=to_terminal if indent is None else indent)
    context.exit(write_output(rendered, output))


def _table(found: dict[str, Any], output: str | None) -> bytes:
    from package_extract.export.build_log import render

    return render(found, width=fitting_width(output), color=wants_color(output)).encode()


def _json(found: dict[str, Any], *, indent: bool) -> bytes:
    from package_extract.document.writing import encode

    return encode(found, indent=indent)
