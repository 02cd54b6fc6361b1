"""`package-extract store`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from package_extract.cli.output import write_output, write_standard_output
from package_extract.cli.output_option import output_option
from package_extract.cli.store_option import store_option

if TYPE_CHECKING:
    from package_extract.store.documents import Documents

__all__ = ["store"]


@click.group()
def store() -> None:
    """List and read the documents that `batch` keeps in a store."""


@store.command()
@store_option
@click.pass_context
def ls(context: click.Context, /, store: str) -> None:
    """List the ids of all documents, one on a line, sorted."""
    found = sorted(_documents(store).ids())
    if not found:
        click.echo("the store has no documents", err=True)
    context.exit(_lines(found))


@store.command()
@click.argument("identity", metavar="ID")
@store_option
@output_option
@click.pass_context
def get(context: click.Context, /, identity: str, store: str, output: str | None) -> None:
    """Print the document with this id."""
    from package_extract.errors import NoSuchImage

    document = _documents(store).get(identity)
    if document is None:
        raise NoSuchImage(f"the store has no document {identity}; `package-extract store ls` lists them")
    context.exit(write_output(document, output))


@store.command("by-digest")
@click.argument("digest")
@store_option
@click.pass_context
def by_digest(context: click.Context, /, digest: str, store: str) -> None:
    """List the ids of the documents of one image.

    DIGEST is that of its manifest, its index or its configuration.
    """
    from package_extract.errors import NoSuchImage

    found = list(_documents(store).by_digest(digest))
    if not found:
        raise NoSuchImage(f"the store has no document of an image with the digest {digest}")
    context.exit(_lines(found))


def _documents(url: str) -> Documents:
    from package_extract.store import open_store
    from package_extract.store.documents import Documents

    return Documents(open_store(url))


def _lines(lines: list[str]) -> int:
    return write_standard_output("".join(f"{line}\n" for line in lines).encode())
