"""The option `--output` of every command that writes a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["output_option", "writable"]

Command = TypeVar("Command", bound="Callable[..., object]")


def writable(_context: click.Context | None, _parameter: click.Parameter | None, output: str) -> Path | None:
    """The output file, refused before the work and not after it; None for standard output."""
    from pathlib import Path

    if output == "-":
        return None
    path = Path(output)
    if path.is_dir():
        raise click.BadParameter(f"{path} is a directory", param_hint="--output")
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no directory {path.parent}", param_hint="--output")
    return path


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
