"""The fenced blocks of a page, with what comments in its source say about running them.

A comment directly before a block is for the tests and not seen by readers:

    <!-- not run: the reason -->       it needs a registry, a cluster, the network
    <!-- first: COMMAND -->            what a reader has and the test has not yet, such as an image of that name
    <!-- exit code: 1 -->              what the last command ends with, if not 0
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTES = ("not run", "first", "exit code")

_BLOCK = re.compile(
    r"(?P<comments>(?:^<!-- (?:(?!-->).)*-->\n+)*)^```(?P<language>\S*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE
)
_COMMENT = re.compile(r"<!-- ([\w ]+): (.*?) -->", re.DOTALL)


class Block(NamedTuple):
    language: str
    text: str
    notes: dict[str, str]
    follows: bool
    """Whether nothing stands between the block before and this one, which then shows what that one prints."""


def blocks(page: str) -> list[Block]:
    """Every block of a page, in order."""
    return [*_blocks(page)]


def _blocks(page: str) -> Iterator[Block]:
    end = 0
    for match in _BLOCK.finditer(page):
        gap = page[end : match.start()]
        notes = dict(_COMMENT.findall(match["comments"]))
        yield Block(match["language"], match["text"], notes, end > 0 and not gap.strip())
        end = match.end()


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a console block with what is shown below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def without_blocks(page: str) -> str:
    """The page's text alone."""
    return _BLOCK.sub("", page)
