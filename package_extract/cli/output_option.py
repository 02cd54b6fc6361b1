"""The option `--output` of every command that writes a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import click

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
    """The output file, refused before the work and not after it."""
    if output == "-":
        return None
    parent = os.path.dirname(output) or "."
    if os.path.isdir(output):
        raise click.BadParameter(f"{output} is a directory")
    if not os.path.isdir(parent):
        raise click.BadParameter(f"there is no directory {parent}")
    return output
