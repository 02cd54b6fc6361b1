#!/usr/bin/env python3
"""Write the page `command-line.md` from the commands' help: `python docs/build_cli_reference.py`."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import click
from build_man_page import ENVIRONMENT, EXIT_CODES

from package_extract.cli.commands import COMMANDS
from package_extract.cli.root import root

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).with_name("command-line.md")

INTRODUCTION = """\
# Command line

Every command with its options. This page is generated from the commands themselves; `package-extract COMMAND --help`
and `man package-extract` say the same. Results go to standard output or to the file of `-o`, everything for people to
standard error. Passwords are never given on a command line.
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for name, (_, summary) in COMMANDS.items():
        command = root.get_command(click.Context(root), name)
        if command is None:
            raise LookupError(name)
        parts += [f"## {name}\n", f"{summary}\n", *_command(command, f"package-extract {name}")]
    parts += ["## Exit codes\n", _table("code", "meaning", EXIT_CODES)]
    parts += ["## Environment\n", _table("variable", "meaning", ENVIRONMENT)]
    return "\n".join(parts)


def _command(command: click.Command, path: str) -> Iterator[str]:
    """A command, then those that it consists of."""
    context = click.Context(command, info_name=path, help_option_names=["-h", "--help"])
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    yield f"```text\n{usage}\n```\n"
    yield from _paragraphs(command.help or "")
    records = [option.get_help_record(context) for option in command.params if isinstance(option, click.Option)]
    options = {record[0]: record[1] for record in records if record}
    if options:
        yield _table("option", "meaning", options)
    yield from _paragraphs(command.epilog or "")
    if isinstance(command, click.Group):
        for name, part in command.commands.items():
            yield f"### {path.removeprefix('package-extract ')} {name}\n"
            yield from _command(part, f"{path} {name}")


def _paragraphs(text: str) -> Iterator[str]:
    r"""Paragraphs as click writes them: those that begin with "\b" keep their lines."""
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        lines = paragraph.split("\n")
        if lines[0].strip() == "\b":
            yield "```text\n" + "\n".join(lines[1:]) + "\n```\n"
        elif paragraph.strip():
            yield _escaped(" ".join(paragraph.split())) + "\n"


def _table(term: str, meaning: str, rows: dict[str, str]) -> str:
    lines = [f"| {term} | {meaning} |", "|---|---|"]
    lines += [f"| {_code(name)} | {_cell(_escaped(text))} |" for name, text in rows.items()]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    """As code; with a pipe as HTML, for Markdown's dialects do not agree on pipes in tables."""
    return f"<code>{escape(text).replace('|', '&#124;')}</code>" if "|" in text else f"`{text}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Text in which Markdown sees no emphasis, link or tag outside its code spans."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([*_<\[\]])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
