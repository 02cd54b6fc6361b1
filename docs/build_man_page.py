#!/usr/bin/env python3
"""Write the manual page `package-extract.1` from the commands' help: `python docs/build_man_page.py`.

The format is man(7), in the manner of https://man7.org/linux/man-pages/man7/man-pages.7.html.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from package_extract.cli.commands import COMMANDS, HELP
from package_extract.cli.root import root

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).with_name("package-extract.1")

EXIT_CODES = {
    "0": "done",
    "1": "could not be done; with diff --exit-code also: there are differences",
    "2": "wrong usage",
    "3": "no such image, platform, Python interpreter or id",
    "4": "access denied",
    "5": "unreadable or corrupt image or document",
    "129, 130, 141, 143": "ended by SIGHUP, SIGINT, SIGPIPE or SIGTERM",
}
ENVIRONMENT = {
    "PACKAGE_EXTRACT_CACHE_DIR": "Where to keep what was read of layers and what indexes answered: --cache-dir.",
    "PACKAGE_EXTRACT_STORE": "Where documents are kept: --store.",
    "PACKAGE_EXTRACT_INDEX_SCOPE": "Names that are looked for on one index only, NAMES=URL: --index-scope.",
    "PACKAGE_EXTRACT_PASSWORD": "Password of the user that --username names.",
    "REGISTRY_AUTH_FILE": "Registry credentials, as podman and docker keep them.",
    "DOCKER_HOST": "Where the docker daemon of docker-daemon: answers.",
    "PIP_...": "What pip would read as its options: indexes, constraints, certificates and the like.",
    "NETRC": "The file with credentials for package indexes, if it is not ~/.netrc.",
    "XDG_CACHE_HOME": "The user's cache directory, if it is not ~/.cache.",
    "TMPDIR": "Where temporary files are kept: layers of registries while they are read.",
    "NO_COLOR": "No colours, if it is set to anything.",
    "COLUMNS": "Width of tables, if it is not the terminal's.",
}


def page() -> str:
    """The whole page."""
    description = HELP.split("\n\n")[1]
    lines = [
        '.TH PACKAGE-EXTRACT 1 "" "package-extract" "User Commands"',
        ".SH NAME",
        r"package\-extract \- read a container image at rest and say what is inside",
        ".SH SYNOPSIS",
        r".B package\-extract",
        ".I COMMAND",
        "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        *_text(" ".join(description.split())),
        ".SH COMMANDS",
    ]
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        if command is None:
            raise LookupError(name)
        lines += _command(command, f"package-extract {name}")
    lines += [".SH EXIT STATUS", *_terms(EXIT_CODES), ".SH ENVIRONMENT", *_terms(ENVIRONMENT)]
    lines += [".SH SEE ALSO", ".BR skopeo (1),", ".BR podman (1)"]
    return "\n".join(lines) + "\n"


def _command(command: click.Command, path: str) -> Iterator[str]:
    """A command, then those that it consists of."""
    context = click.Context(command, info_name=path, help_option_names=["-h", "--help"])
    yield f".SS {_escaped(' '.join([context.command_path, *command.collect_usage_pieces(context)]))}"
    yield from _paragraphs(command.help or "")
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context) if isinstance(parameter, click.Option) else None
        if record and "--help" not in record[0]:
            yield from _terms({record[0]: record[1]})
    yield from _paragraphs(command.epilog or "")
    if isinstance(command, click.Group):
        for name, part in command.commands.items():
            yield from _command(part, f"{path} {name}")


def _paragraphs(text: str) -> Iterator[str]:
    r"""Paragraphs as click writes them: those that begin with "\b" keep their lines."""
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        lines = paragraph.split("\n")
        if lines[0].strip() == "\b":
            yield from (".PP", ".nf", *map(_escaped, lines[1:]), ".fi")
        else:
            yield from (".PP", *_text(" ".join(paragraph.split())))


def _terms(terms: dict[str, str]) -> Iterator[str]:
    for term, text in terms.items():
        yield from (".TP", f".B {_escaped(term)}", *_text(" ".join(text.split())))


def _text(text: str) -> Iterator[str]:
    """One sentence in a line, as man-pages(7) asks."""
    for sentence in re.split(r"(?<=\.) ", text):
        yield _escaped(sentence)


def _escaped(text: str) -> str:
    """Text in which roff sees no request, no escape and no typographic hyphen."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    return rf"\&{escaped}" if escaped.startswith((".", "\\(aq")) else escaped


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
