"""The installed database of apk, Alpine's package manager: lines "LETTER:value", an empty line after each package.

https://wiki.alpinelinux.org/wiki/Apk_spec: P name, V version, A architecture, S size, I installed size, T description,
L license, o origin, D dependencies, p provides; then the files: F a directory, R a file in it, and a, Z, M about them.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Record", "parse_installed"]


class Record(NamedTuple):
    """One package of the database."""

    line: int
    """Number of its first line."""
    fields: dict[str, str]
    """Its fields by letter; the first of several counts."""
    files: bytes
    """The paths of its files relative to the root, one in a line."""


_MOST_RECORDS = 50_000
_MOST_LINES = 1_000_000
_MOST_COMPLAINTS = 50


def parse_installed(data: bytes) -> tuple[list[Record], list[tuple[int, str]]]:
    """The packages, and what was wrong: (number of the line, one sentence), at most 50 of them.

    Lines that are no field are passed over. Whether a package has all the fields that it should is not looked at.
    """
    records = []
    complaints: list[tuple[int, str]] = []
    number = 1
    blocks = data.replace(b"\r\n", b"\n").split(b"\n\n", _MOST_RECORDS)
    for block in blocks[:_MOST_RECORDS]:
        stripped = block.lstrip(b"\n")
        if stripped:
            records.append(_record(number + len(block) - len(stripped), stripped, complaints))
        number += block.count(b"\n") + 2
    if len(blocks) > _MOST_RECORDS:
        complaints.append((number, f"more than {_MOST_RECORDS} packages; the rest was left out"))
    return [record for record in records if record.fields], complaints


def _record(number: int, block: bytes, complaints: list[tuple[int, str]]) -> Record:
    fields: dict[str, str] = {}
    files = []
    directory = b""
    lines = block.split(b"\n", _MOST_LINES)
    for index, line in enumerate(lines[:_MOST_LINES]):
        letter = line[:2]
        if letter == b"R:":
            files.append(directory + line[2:])
        elif letter == b"F:":
            directory = line[2:].rstrip(b"/") + b"/" if line[2:] else b""
        elif letter[1:] != b":":
            if line and len(complaints) < _MOST_COMPLAINTS:
                complaints.append((number + index, f"no field: {line[:60].decode('utf-8', 'replace')!r}"))
        elif letter not in (b"Z:", b"a:", b"M:"):
            fields.setdefault(letter[:1].decode("latin-1"), line[2:].decode("utf-8", "replace").strip())
    if len(lines) > _MOST_LINES and len(complaints) < _MOST_COMPLAINTS:
        complaints.append((number, f"more than {_MOST_LINES} lines in a package; the rest of it was left out"))
    return Record(number, fields, b"\n".join(files))
