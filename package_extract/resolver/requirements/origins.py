"""Files of requirements: their text, where in them something stands, and errors that say so."""

from __future__ import annotations

import codecs
import os
import re
from typing import Any

from package_extract.resolver.errors import InvalidRequirementsFile

__all__ = ["LARGEST", "TextFile", "TomlFile"]

LARGEST = 16 << 20
"""Bytes of a file of requirements."""
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    *((mark, "utf-32") for mark in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)),
    *((mark, "utf-16") for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
)


class TextFile:
    """A file of requirements. `name` is what people see: the path as it was given."""

    def __init__(self, path: str, data: bytes | None = None) -> None:
        """`data` is the content of what is no file of this machine."""
        self.name = self.path = path
        self.directory = os.path.dirname(os.path.abspath(path))  # noqa: PTH100, PTH120
        self.text = _text(_content(path) if data is None else data, path)

    def at(self, line: int) -> str:
        """The place of a line, counted from 1."""
        return f"{self.name}:{line}"

    def line_of(self, text: str) -> int:
        """The first line that has a text; 1 if none has."""
        position = self.text.find(text)
        return self.text.count("\n", 0, max(position, 0)) + 1

    def error(self, reason: str, near: str = "") -> InvalidRequirementsFile:
        """The error about the line that has `near` in it."""
        return InvalidRequirementsFile(f"{self.at(self.line_of(near))}: {reason}")


class TomlFile(TextFile):
    """A file in TOML, its tables asked for by their keys."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.root = self.parsed(self.text)

    def parsed(self, text: str) -> dict[str, Any]:
        """A text in TOML."""
        import tomllib

        try:
            return tomllib.loads(text)
        except (ValueError, RecursionError) as error:  # also of a number with too many digits
            raise InvalidRequirementsFile(f"{self.name}: it is no TOML: {error}") from None

    def line_of_key(self, key: str) -> int:
        """The first line that gives a key a value; 1 if none does."""
        found = re.search(rf"""^[ \t]*["']?{re.escape(key)}["']?[ \t]*=""", self.text, re.MULTILINE)
        return self.text.count("\n", 0, found.start()) + 1 if found else 1

    def table(self, *keys: str) -> dict[str, Any]:
        """The table under some keys, empty if it is not there."""
        found: Any = self.root
        for key in keys:
            found = found.get(key, {})
            if not isinstance(found, dict):
                raise self.error(f"{'.'.join(keys)} is no table", key)
        return dict(found)

    def strings(self, value: Any, name: str) -> list[str]:
        """A value that has to be a list of strings."""
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.error(f"{name} is no list of strings", name.rpartition(".")[2])
        return value


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidRequirementsFile(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > LARGEST:
        raise InvalidRequirementsFile(f"{path} has more than {LARGEST} bytes, which no file of requirements has")
    return data


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode(_encoding(data)).replace("\r\n", "\n").replace("\r", "\n")
    except (UnicodeDecodeError, LookupError):
        raise InvalidRequirementsFile(f"{path} is no text in UTF-8") from None


def _encoding(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    for line in data.split(b"\n", 2)[:2]:
        coding = _CODING.match(line)
        if coding is not None:
            return coding[1].decode("ascii")
    return "utf-8"
