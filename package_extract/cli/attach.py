"""`package-extract attach`."""

from __future__ import annotations

from typing import Any

import click

from package_extract.cli.completing import files
from package_extract.cli.output import write_standard_output
from package_extract.cli.reading_options import access_options, access_settings

__all__ = ["attach"]

EPILOG = """\b
Examples:
  package-extract analyze docker://registry.example/app:1 -o document.json
  package-extract attach document.json docker://registry.example/app:1
"""


@click.command(epilog=EPILOG)
@click.argument("document", metavar="DOCUMENT", shell_complete=files)
@click.argument("image")
@access_options
@click.pass_context
def attach(context: click.Context, /, document: str, image: str, **how: Any) -> None:
    """Push DOCUMENT beside IMAGE in its registry, as an artifact that refers to it, and print the artifact's digest.

    DOCUMENT is what `package-extract analyze` wrote, or - for standard input; IMAGE is docker://HOST/NAME:TAG, and has
    to be the image that was analyzed. `package-extract analyze --attached` finds it there.
    """
    options = access_settings(**how)

    from package_extract.document.reading import read_bytes
    from package_extract.registry.attached import attach as push

    context.exit(write_standard_output(f"{push(read_bytes(document), image, options)}\n".encode()))
