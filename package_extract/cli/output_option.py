"""The option `--output` of every command that writes a file."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["output_option", "refuse_page_on_terminal", "writable"]

Command = TypeVar("Command", bound="Callable[..., object]")


def output_option(command: Command) -> Command:
    """Add `-o`, `--output`: the command gets a path, or None for standard output."""
    option = click.option(
        "-o",
        "--output",
        metavar="FILE",
        default="-",
        callback=writable,
        help="Write to FILE, all or nothing; - is standard output.",
    )
    return option(command)


def writable(context: click.Context, parameter: click.Parameter, output: str | None) -> str | None:
    """The file, refused before the work and not after it if it cannot be written; None for standard output ("-")."""
    if output is None or output == "-":
        return None
    parent = os.path.dirname(output) or "."
    if os.path.isdir(output):
        raise click.BadParameter(f"{output} is a directory", context, parameter)
    if not os.path.isdir(parent):
        raise click.BadParameter(f"there is no directory {parent}", context, parameter)
    return output


def refuse_page_on_terminal(context: click.Context) -> None:
    """Raise `click.UsageError` where a page for browsers would fill a terminal, unless `-o -` asks for that."""
    said = context.get_parameter_source("output") is not click.core.ParameterSource.DEFAULT
    if not said and sys.stdout.isatty():
        raise click.UsageError("a page is for browsers: give a file with -o, or -o - to print it all the same", context)
