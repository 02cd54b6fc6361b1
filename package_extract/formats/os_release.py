"""The os-release file, os-release(5): one shell assignment per line.

What keeps to the manual page reads as a shell reads it. A line that does not (two strings side by side, a quote that
is never closed) keeps its text as written, as `platform.freedesktop_os_release` of Python has it.
"""

from __future__ import annotations

import re

__all__ = ["parse_assignments"]

_NAME = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
_ESCAPE = re.compile(r"\\([\\$\"'`])")


def parse_assignments(data: bytes) -> dict[str, str]:
    """The variables of the file, unquoted, in its order; the last of several assignments counts.

    Comments, blank lines and lines that are no assignment are passed over. Lines end as the file's system ends them
    (LF, CRLF, CR); a byte order mark is no part of the text; bytes that are not UTF-8 become U+FFFD.
    """
    text = data.decode("utf-8-sig", "replace")
    assignments = {}
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        name, equals, value = line.strip().partition("=")
        if equals and _NAME.fullmatch(name):
            assignments[name] = _unquoted(value)
    return assignments


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1]:
        if value[0] == "'":
            return value[1:-1]
        if value[0] == '"':
            value = value[1:-1]
    return _ESCAPE.sub(r"\1", value) if "\\" in value else value
