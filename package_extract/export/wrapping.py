"""Lines of text in the width of a terminal."""

from __future__ import annotations

import textwrap

__all__ = ["wrapped"]

LEAST_WIDTH = 40


def wrapped(line: str, width: int | None, indent: str) -> list[str]:
    """The line in lines of at most `width` columns but for names that are longer; those after the first are indented.

    Without a width it stays as it is.
    """
    if width is None or len(line) <= width:
        return [line]
    text = line.lstrip()
    return textwrap.wrap(
        text,
        max(width, LEAST_WIDTH),
        initial_indent=line.removesuffix(text),
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
