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


def fitting_width() -> int | None:
    """Columns that text on standard output has to fit; None where a program reads it, unless COLUMNS says otherwise."""
    return width() if sys.stdout.isatty() or os.environ.get("COLUMNS") else None


def wants_color(output: str | None) -> bool:
    """Whether the output, a file or standard output, is a terminal on which colours are welcome."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return output is None and sys.stdout.isatty() and not plain
