"""`package-extract buildlog`."""

from __future__ import annotations

import sys
from contextlib import nullcontext

import click

from package_extract.cli.completing import files
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option

__all__ = ["buildlog"]

EPILOG = """\b
Examples:
  package-extract buildlog build.log
  docker build --progress=plain . 2>&1 | package-extract buildlog -
  package-extract buildlog build.log --document document.json
"""


@click.command(epilog=EPILOG)
@click.argument("log", metavar="LOG", type=click.Path(dir_okay=False, allow_dash=True), shell_complete=files)
@click.option("--document", metavar="DOC", help="Say of each package whether it is in this image; - is standard input.")
@output_option
@click.option("--indent/--no-indent", default=None, help="Indent the JSON.  [default: on a terminal]")
@click.pass_context
def buildlog(
    context: click.Context, /, log: str, document: str | None, output: str | None, indent: bool | None
) -> None:
    """Say what the log of an image's build says was installed, failed and pushed, as JSON.

    LOG is a file, or - for standard input: what pip, uv, micropipenv, pipenv, dnf, yum, microdnf and apt-get printed,
    also in the logs of docker, BuildKit, podman, buildah, s2i and Tekton.
    """
    from package_extract.buildlog import compare_with, read_build_log
    from package_extract.document.reading import InvalidDocument, load_valid
    from package_extract.document.writing import encode

    if log == document == "-":
        raise click.UsageError("only one of LOG and DOC can be standard input", context)
    image = None if document is None else load_valid(document)
    try:
        with nullcontext(sys.stdin.buffer) if log == "-" else open(log, "rb") as file:
            found = read_build_log(file)
    except OSError as error:
        raise InvalidDocument(f"{log} cannot be read: {error.strerror or error}") from None
    if image is not None:
        found = compare_with(found, image)
    to_terminal = output is None and sys.stdout.isatty()
    context.exit(write_output(encode(found, indent=to_terminal if indent is None else indent), output))
