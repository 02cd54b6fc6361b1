"""`package-extract analyze`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.output import write_standard_output
from package_extract.cli.output_file import writable
from package_extract.cli.reading_options import PASSWORD_VARIABLE, reading_options, settings
from package_extract.termination import end_on_sigterm

if TYPE_CHECKING:
    from package_extract.cli.ending import Session

__all__ = ["analyze"]

TABLE_WIDTH = 100

EPILOG = f"""\b
IMAGE is one of:
  docker-archive:PATH[@TAG]   what `docker save` or `podman save` writes
  oci:PATH[@TAG]              an OCI layout, a directory
  oci-archive:PATH[@TAG]      an OCI layout in a tar
  dir:PATH                    what `skopeo copy ... dir:PATH` writes
  rootfs:PATH                 a root file system, a directory or a tar
  docker://NAME[:TAG|@DIGEST] an image of a registry (needs skopeo)
  docker-daemon:NAME[:TAG]    an image of the docker daemon
  containers-storage:NAME     an image of podman or buildah (needs skopeo)
  PATH                        any of the first five, recognised by looking at it
  NAME:TAG                    the same as docker://NAME:TAG

\b
Exit codes: 0 done; 1 could not be done; 2 wrong usage; 3 no such image or
platform; 4 access denied; 5 unreadable or corrupt image. What could be left
out is not an error: it stands under `problems` in the document.

\b
Examples:
  package-extract analyze image.tar -o document.json
  package-extract analyze python:3.12-slim --platform linux/arm64 --format table
  package-extract analyze oci:layout@v1 --analyzer dpkg --analyzer python_packages
  {PASSWORD_VARIABLE}=... package-extract analyze docker://registry.example/app:1 --username me
"""


@click.command(epilog=EPILOG)
@click.argument("image")
@click.option(
    "-o", "--output", metavar="FILE", default="-", help="Write to FILE, all or nothing; - is standard output."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "table"]),
    default="json",
    show_default=True,
    help="json: the document. table: a summary for people.",
)
@click.option("--indent/--no-indent", default=None, help="Indent the JSON.  [default: on a terminal]")
@reading_options
@click.option("-q", "--quiet", is_flag=True, help="Nothing on standard error but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what is going on.")
@click.pass_context
def analyze(
    context: click.Context,
    /,
    image: str,
    output: str,
    form: str,
    indent: bool | None,
    quiet: bool,
    verbose: bool,
    **how: Any,
) -> None:
    """Say what is inside IMAGE, as one JSON document on standard output.

    Nothing in the image is run and nothing is unpacked. Archives and layouts are read in place.
    """
    session: Session = context.obj
    session.verbose = verbose
    end_on_sigterm()
    target = None if output == "-" else writable(output)
    options = settings(**how)

    from package_extract import pipeline
    from package_extract.cli.progress import progress_for

    progress = progress_for(quiet=quiet, verbose=verbose)
    try:
        document = pipeline.run(image, options, progress)
    finally:
        progress.close()
    data = _rendered(document, form, indent=indent, to_terminal=target is None and sys.stdout.isatty())
    if target is None:
        context.exit(write_standard_output(data))
    from package_extract.document.writing import write_file

    write_file(target, data)


def _rendered(document: dict[str, Any], form: str, *, indent: bool | None, to_terminal: bool) -> bytes:
    if form == "json":
        from package_extract.document.writing import encode

        return encode(document, indent=to_terminal if indent is None else indent)
    import shutil

    from package_extract.export.table import render

    width = shutil.get_terminal_size((TABLE_WIDTH, 0)).columns
    return render(document, width=width, color=to_terminal and not os.environ.get("NO_COLOR")).encode()
