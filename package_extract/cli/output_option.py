"""The option `--output` of every command that writes a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

from package_extract.cli.output_file import writable

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["output_option"]

Command = TypeVar("Command", bound="Callable[..., object]")


def output_option(command: Command) -> Command:
    """Add `-o`, `--output`: the command gets a path, or None for standard output."""
    option = click.option(
        "-o",
        "--output",
        metavar="FILE",
        default="-",
        callback=_writable,
        help="Write to FILE, all or nothing; - is standard output.",
    )
    return option(command)


def _writable(_context: click.Context, _parameter: click.Parameter, output: str) -> str | None:
    return None if output == "-" else writable(output)
