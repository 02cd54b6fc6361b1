"""What the shell offers for arguments and options that are no fixed choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

__all__ = ["analyzer_names", "files", "section_names"]


def files(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and directories, which the shell lists itself."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def analyzer_names(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The analyzers that are installed."""
    from click.shell_completion import CompletionItem

    from package_extract.discovery import entry_points

    return [CompletionItem(point.name) for point in entry_points() if point.name.startswith(incomplete)]


def section_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What the document that stands before on the command line has to show."""
    from click.shell_completion import CompletionItem

    from package_extract.document.reading import InvalidDocument, load_valid
    from package_extract.export.listing import all_listings

    document = context.params.get("document")
    try:
        found = list(all_listings(load_valid(document))) if document and document != "-" else []
    except InvalidDocument:
        return []
    names = {each.section: each.section for each in found} | {each.name: each.title for each in found}
    return [CompletionItem(name, help=title) for name, title in sorted(names.items()) if name.startswith(incomplete)]
