"""`package-extract show`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.completing import files, section_names
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option
from package_extract.cli.terminal import fitting_width, wants_color, width

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.export.listing import Listing

__all__ = ["show"]

EPILOG = """\b
Examples:
  package-extract show document.json
  package-extract show document.json packages --filter 'lib*'
  package-extract show document.json layers
  package-extract show document.json --filter /opt/venv
  package-extract analyze image.tar | package-extract show - problems --format json
"""


@click.command(epilog=EPILOG)
@click.argument("document", metavar="DOCUMENT", shell_complete=files)
@click.argument("section", required=False, shell_complete=section_names)
@output_option
@click.option(
    "--filter",
    "filters",
    metavar="TEXT",
    multiple=True,
    help="Only what has TEXT in its name, path or owner; with * or ?, a pattern for all of it; "
    "may be given several times.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="table: for people. json: the whole records.",
)
@click.pass_context
def show(
    context: click.Context,
    /,
    document: str,
    section: str | None,
    output: str | None,
    filters: tuple[str, ...],
    form: str,
) -> None:
    """Look into a document: its summary, or the tables of one SECTION.

    DOCUMENT is what `analyze` wrote; - is standard input. The summary names the sections. With --filter and without
    SECTION all of the document is searched.
    """
    from package_extract.document.reading import load_valid
    from package_extract.export.filtering import filtered
    from package_extract.export.listing import all_listings, listings, listings_of

    whole = load_valid(document)
    if section is None and not filters and form == "table":
        context.exit(write_output(_summary(whole, output).encode(), output))
    found = list(listings(whole)) if section is None else listings_of(whole, section)
    if not found:
        names = sorted({name for each in all_listings(whole) for name in (each.name, each.section)})
        raise click.BadParameter(f"the document has no {section!r}; it has {', '.join(names)}", param_hint="SECTION")
    chosen = [filtered(each, filters) for each in found]
    shown = [each for each in chosen if each.records] if filters or len(chosen) > 1 else chosen
    if filters and not shown:
        click.echo("nothing matches", err=True)
    context.exit(write_output(_rendered(shown, form, output), output))


def _summary(document: Mapping[str, Any], output: str | None) -> str:
    from package_extract.export.listing import all_listings
    from package_extract.export.table import render

    names = {each.name: len(each.records) for each in all_listings(document)}
    sections = "Sections: " + ", ".join(names)
    return render(document, width=width(), color=wants_color(output)) + "\n" + click.wrap_text(sections, width()) + "\n"


def _rendered(listings: list[Listing], form: str, output: str | None) -> bytes:
    if form == "json":
        from package_extract.document.writing import encode

        return encode({each.name: each.records for each in listings}, indent=output is None and sys.stdout.isatty())
    from package_extract.export.grid import render

    color, columns = wants_color(output), fitting_width(output)
    parts = []
    for listing in listings:
        title = f"{listing.title}\n" if len(listings) > 1 else ""
        text = render(listing, width=columns, color=color) if listing.records else f"{listing.title}: none\n"
        parts.append(title + text)
    return "\n".join(parts).encode()
