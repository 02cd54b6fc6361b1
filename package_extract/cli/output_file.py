"""The file that `--output` names."""

from __future__ import annotations

import os

import click

__all__ = ["writable"]


def writable(output: str) -> str:
    """The output file, refused before the work and not after it."""
    parent = os.path.dirname(output) or "."
    if os.path.isdir(output):
        raise click.BadParameter(f"{output} is a directory", param_hint="--output")
    if not os.path.isdir(parent):
        raise click.BadParameter(f"there is no directory {parent}", param_hint="--output")
    return output
