"""What is known of the terminal: its width, and whether colours are wanted (https://no-color.org)."""

from __future__ import annotations

import os
import sys

__all__ = ["USUAL_WIDTH", "fitting_width", "wants_color", "width"]

USUAL_WIDTH = 100
"""Columns where there is no terminal."""


def width() -> int:
    """Columns of the terminal, or what COLUMNS says."""
    import shutil

    return shutil.get_terminal_size((USUAL_WIDTH, 0)).columns


def fitting_width(output: str | None = None) -> int | None:
    """Columns that text has to fit; None for a file, and for a pipe unless COLUMNS says otherwise."""
    to_people = output is None and (sys.stdout.isatty() or os.environ.get("COLUMNS"))
    return width() if to_people else None


def wants_color(output: str | None) -> bool:
    """Whether the output, a file or standard output, is a terminal on which colours are welcome."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return output is None and sys.stdout.isatty() and not plain
