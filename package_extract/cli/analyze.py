"""`package-extract analyze`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.completing import files
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option, refuse_page_on_terminal
from package_extract.cli.reading_options import PASSWORD_VARIABLE, reading_options, settings
from package_extract.cli.terminal import wants_color, width
from package_extract.cli.verbosity_options import verbosity_options

if TYPE_CHECKING:
    from package_extract.options import AnalyzeOptions

__all__ = ["analyze"]


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
@click.argument("image", shell_complete=files)
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "table", "html", "cyclonedx", "spdx", "thoth"]),
    default="json",
    show_default=True,
    help="json: the document. table: a summary for people. html: a report for browsers. cyclonedx, spdx: a bill of "
    "materials. thoth: Thoth's form.",
)
@click.option("--indent/--no-indent", default=None, help="Indent the JSON.  [default: on a terminal]")
@click.option(
    "--attached",
    is_flag=True,
    help="Take the document that lies beside the image in its registry, if there is one of this image, and read "
    "nothing else: for registries whose writers are trusted.",
)
@reading_options
@verbosity_options()
@click.pass_context
def analyze(
    context: click.Context,
    /,
    image: str,
    output: str | None,
    form: str,
    indent: bool | None,
    attached: bool,
    quiet: bool,
    verbose: bool,
    **how: Any,
) -> None:
    """Say what is inside IMAGE, as one JSON document on standard output.

    Nothing in the image is run and nothing is unpacked. Archives and layouts are read in place.
    """
    if attached and (how["analyzers"] or how["symbols"]):
        raise click.UsageError("--attached takes a document as it is: --analyzer and --symbols do not go with it")
    if form == "html":
        refuse_page_on_terminal(context)
    options = settings(**how)
    document = _attached(image, options) if attached else None
    if document is None:
        document = _analyzed(image, options, quiet=quiet, verbose=verbose)
    context.exit(write_output(_rendered(document, form, indent, output), output))


def _attached(image: str, options: AnalyzeOptions) -> dict[str, Any] | None:
    from package_extract.registry.attached import attached

    return attached(image, options.open)


def _analyzed(image: str, options: AnalyzeOptions, *, quiet: bool, verbose: bool) -> dict[str, Any]:
    from package_extract import pipeline
    from package_extract.cli.progress import progress_for

    progress = progress_for(quiet=quiet, verbose=verbose)
    try:
        return pipeline.run(image, options, progress)
    finally:
        progress.close()


def _rendered(document: dict[str, Any], form: str, indent: bool | None, output: str | None) -> bytes:
    if form in ("cyclonedx", "spdx", "thoth"):
        from package_extract.export.forms import exported

        document, form = exported(document, form), "json"
    if form == "json":
        from package_extract.document.writing import encode

        to_terminal = output is None and sys.stdout.isatty()
        return encode(document, indent=to_terminal if indent is None else indent)
    if form == "html":
        from package_extract.audit import check
        from package_extract.export.html import report

        return report([document], [check(document)["findings"]])
    from package_extract.export.table import render

    return render(document, width=width(), color=wants_color(output)).encode()
