"""Debian's control data: stanzas of "Field: value" lines, deb822(5), as the dpkg status file holds them.

Field names are compared without regard to case, a line that begins with a space or tab goes on with the field above,
an empty line ends the stanza. dpkg refuses a whole file for one bad line; here the rest is kept and the line is named.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Stanza", "parse_conffiles", "parse_size", "parse_source", "parse_stanzas", "split_dependencies"]


class Stanza(NamedTuple):
    """Number of a stanza's first line, and its field names in lower case with their values."""

    line: int
    fields: dict[str, str]


_FOLD = "\0"  # stands for a line break and the blank behind it, so that a field is one line
_BLANK_LINE = re.compile(r"\0[ \t]*\n")
_NAME = re.compile(r"[!-9;-~]{1,200}")  # deb822(5): US-ASCII without blanks, control characters and colons
_SIZE = re.compile(r"[0-9]{1,15}")
_CONFFILE = re.compile(r"(/.*?) [0-9a-f]+(?: obsolete| remove-on-upgrade)*")

_MOST_STANZAS = 50_000
_MOST_LINES = 10_000
_MOST_COMPLAINTS = 50


def parse_stanzas(data: bytes) -> tuple[list[Stanza], list[tuple[int, str]]]:
    """The stanzas, and what was wrong: (number of the line, one sentence), at most 50 of them.

    The lines of a folded value are joined with a newline, without the one blank that marks them. Of a field given twice
    the last counts; a second `Package` begins a new stanza, because an empty line is missing there. White space alone
    makes an empty line too.
    """
    reader = _Reader()
    number = 1
    blocks = _unfolded(data).split("\n\n", _MOST_STANZAS)
    for block in blocks[:_MOST_STANZAS]:
        reader.read(number, block)
        number += block.count("\n") + block.count(_FOLD) + 2
    if len(blocks) > _MOST_STANZAS:
        reader.complaints.append((number, f"more than {_MOST_STANZAS} stanzas; the rest was left out"))
    return reader.stanzas, reader.complaints


def parse_source(value: str) -> tuple[str, str | None]:
    """Name and version of a `Source` field, "NAME" or "NAME (VERSION)"."""
    name, bracket, version = value.partition("(")
    return name.strip(), version.partition(")")[0].strip() or None if bracket else None


def parse_size(value: str) -> int | None:
    """The number in an `Installed-Size` field, or None if it is no number."""
    return int(value) if _SIZE.fullmatch(value) else None


def parse_conffiles(value: str) -> list[str]:
    """The paths in a `Conffiles` field, whose lines are "PATH DIGEST" with flags behind them."""
    found = (_CONFFILE.fullmatch(line.strip()) for line in value.split("\n"))
    return [match[1] for match in found if match]


def split_dependencies(value: str) -> list[str]:
    """The items of a dependency field as they are written, alternatives together, white space made single blanks."""
    return [item for item in (" ".join(part.split()) for part in value.split(",")) if item]


def _unfolded(data: bytes) -> str:
    """The text with one line per field, each character a byte: only the few values beyond ASCII are decoded later."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    if _FOLD in text:
        text = text.replace(_FOLD, "?")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return _BLANK_LINE.sub("\n\n", text.replace("\n ", _FOLD).replace("\n\t", _FOLD))


def _decoded(characters: str) -> str:
    return characters.encode("latin-1").decode("utf-8", "replace")


def _shown(line: str) -> str:
    return _decoded(line.partition(_FOLD)[0][:60])


class _Reader:
    """The stanzas so far, and what was wrong with them."""

    def __init__(self) -> None:
        self.stanzas: list[Stanza] = []
        self.complaints: list[tuple[int, str]] = []
        self.names: dict[str, str] = {}  # field names met before, in lower case: each is checked once

    def read(self, number: int, block: str) -> None:
        """Read what stands between two empty lines; its first line has this number."""
        lines = block.lstrip("\n").split("\n", _MOST_LINES)
        number += len(block) - len(block.lstrip("\n"))
        fields = self._begin(number)
        names = self.names
        for line in lines[:_MOST_LINES]:
            written, colon, value = line.partition(":")
            name = names.get(written)
            if name is None or not colon:
                name = self._name(written) if colon else None
                if name is None:
                    if line:
                        self._complain(number, f"neither a field nor the continuation of one: {_shown(line)!r}")
                    number += 1 + line.count(_FOLD)
                    continue
            if name in fields:
                if name == "package":
                    self._complain(number, "no empty line before this stanza")
                    fields = self._begin(number)
                else:
                    self._complain(number, f"the field {written!r} is given twice")
            if not value.isascii():
                value = _decoded(value)
            if _FOLD in value:
                number += value.count(_FOLD)
                value = value.replace(_FOLD, "\n")
            fields[name] = value.strip()
            number += 1
        if len(lines) > _MOST_LINES:
            self._complain(number, f"more than {_MOST_LINES} lines in a stanza; the rest of it was left out")
        if not fields:
            self.stanzas.pop()

    def _begin(self, number: int) -> dict[str, str]:
        fields: dict[str, str] = {}
        self.stanzas.append(Stanza(number, fields))
        return fields

    def _name(self, written: str) -> str | None:
        """The field's name; dpkg takes blanks in front of the colon, too."""
        name = written.rstrip(" \t").lower()
        if not _NAME.fullmatch(name):
            return None
        if len(self.names) < _MOST_LINES:
            self.names[written] = name
        return name

    def _complain(self, number: int, message: str) -> None:
        if len(self.complaints) < _MOST_COMPLAINTS:
            self.complaints.append((number, message))
