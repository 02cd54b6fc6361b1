"""The option of every command that uses a store of documents."""

from __future__ import annotations

import click

__all__ = ["store_option"]

store_option = click.option(
    "--store",
    metavar="STORE",
    envvar="PACKAGE_EXTRACT_STORE",
    show_envvar=True,
    required=True,
    help="Where documents are kept: a directory, file://DIRECTORY or s3://BUCKET/PREFIX.",
)
