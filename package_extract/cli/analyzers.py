"""`package-extract analyzers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from package_extract.cli.output import write_standard_output

if TYPE_CHECKING:
    from package_extract.discovery import EntryPoint

__all__ = ["analyzers"]

HEADING = ("NAME", "VERSION", "FROM", "WHAT IT FINDS")


@click.command()
@click.pass_context
def analyzers(context: click.Context, /) -> None:
    """List the analyzers that are installed: name, version, the distribution it comes from, and what it finds.

    Any installed distribution can bring more of them, through the entry point group `package_extract.analyzers`.
    """
    from package_extract.discovery import entry_points
    from package_extract.export.printable import printable

    rows = [HEADING, *(_row(entry_point) for entry_point in entry_points())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)) for row in rows]
    context.exit(write_standard_output("".join(f"{printable(line.rstrip())}\n" for line in lines).encode()))


def _row(entry_point: EntryPoint) -> tuple[str, str, str, str]:
    """One that cannot be loaded is listed with the reason: it would stand under `problems` in a document."""
    from package_extract.discovery import AnalyzerUnusable, load

    distribution = entry_point.distribution.replace("-", " ")
    try:
        analyzer = load(entry_point)
    except AnalyzerUnusable as error:
        return entry_point.name, "-", distribution, str(error)
    return entry_point.name, str(analyzer.version), distribution, analyzer.summary
