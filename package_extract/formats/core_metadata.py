"""Core metadata of a Python distribution: the headers of METADATA and PKG-INFO.

https://packaging.python.org/en/latest/specifications/core-metadata/ calls the format "email headers"; what counts in
practice is what `email.parser` makes of it, because pip and importlib.metadata read it that way. `read_headers` gives
the same answers for the headers asked for, without parsing the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_headers", "stray_version", "unfold"]

_MOST_HEADER_BYTES = 1 << 20
_HEADER_NAME = re.compile(r"[!-9;-~]*").fullmatch  # RFC 5322 ftext, as email.feedparser has it
_VERSION_LINE = re.compile(rb"^version:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(r"\s*\n\s*")


def read_headers(data: bytes, names: frozenset[str]) -> dict[str, list[str]]:
    """The values of each wanted header, in the order of the file; a header that is absent has no key.

    `names` are lower case. A value keeps its folded lines; bytes that are not UTF-8 become U+FFFD. The first line that
    is neither a header nor the continuation of one ends the headers, and so does one MiB.
    """
    found: dict[str, list[str]] = {}
    spellings: dict[str, list[str] | None] = {}  # of headers met so far: most lines repeat one of them
    current: list[str] | None = None
    for line in _header_lines(data):
        name, colon, value = line.partition(":")
        if colon and name in spellings:
            current = spellings[name]
        elif line[:1] in (" ", "\t"):
            if current is not None:
                current[-1] += "\n" + line
            continue
        elif line.startswith("From "):
            current = None
        elif colon and _HEADER_NAME(name):
            key = name.lower()
            current = spellings[name] = found.setdefault(key, []) if key in names else None
        else:
            break
        if current is not None:
            current.append(value)
    return {key: [value.lstrip(" \t\n").rstrip("\n") for value in values] for key, values in found.items()}


def stray_version(data: bytes) -> str | None:
    """What the first line that begins with "Version:" says, wherever it stands.

    For files whose headers end too early, because something that is no header is among them; pkg_resources reads all
    files in this way.
    """
    match = _VERSION_LINE.search(data, 0, _MOST_HEADER_BYTES)
    return match[1].decode("utf-8", "replace").strip() or None if match else None


def unfold(value: str) -> str:
    """A header's value on one line, without surrounding white space."""
    return _FOLD.sub(" ", value).strip()


def _header_lines(data: bytes) -> Iterator[str]:
    head = data[:_MOST_HEADER_BYTES]
    if b"\r" in head:
        head = head.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if head.startswith(b"\n"):
        return iter(())
    end = head.find(b"\n\n")
    head = head[:end] if end >= 0 else head.removesuffix(b"\n")
    return iter(head.decode("utf-8", "replace").split("\n") if head else ())
