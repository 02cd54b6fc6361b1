"""RECORD and installed-files.txt: which files a Python distribution brought.

RECORD is CSV with path, hash and size, its paths relative to the directory that holds the metadata directory:
https://packaging.python.org/en/latest/specifications/recording-installed-packages/#the-record-file.
installed-files.txt, older, has one path in each line, relative to the egg-info directory itself.
"""

from __future__ import annotations

from package_extract.errors import FormatError

__all__ = ["read_installed_files", "read_record", "recorded_size"]


_LARGEST_FILE = 1 << 48
"""Bytes; a RECORD that speaks of a larger file is not believed."""


def read_record(data: bytes) -> list[str]:
    """The paths of a RECORD as written, surrogate-escaped.

    A line without a comma is not a row; what merge conflicts or padding leave behind is so passed over.
    """
    text = data.decode("utf-8", "surrogateescape")
    if '"' in text:
        return _quoted_record(text)
    cells = (text if text.endswith("\n") else text + "\n").replace("\n", ",").split(",")
    if "".join(cells[2::3]).isdigit() and len(cells) % 3 == 1 and "\r" not in text and "\0" not in text:
        return list(filter(None, cells[:-1:3]))  # three columns throughout: the third has nothing but sizes
    rows = [line.partition(",") for line in text.replace("\r", "\n").split("\n")]
    return [path for path, comma, _ in rows if comma and path and "\0" not in path]


def recorded_size(data: bytes) -> int | None:
    """The sizes of all files that a RECORD lists, added up; None if it has none."""
    ends = [line.rpartition(b",")[2].strip() for line in data.split(b"\n")]
    sizes = [int(end) for end in ends if len(end) < 20 and end.isdigit()]
    return sum(sizes) if sizes and max(sizes) < _LARGEST_FILE else None


def read_installed_files(data: bytes) -> list[str]:
    """The paths of an installed-files.txt, relative to the directory above the metadata directory where they allow it.

    A path that leads out of the metadata directory begins with "..": one of them is taken off. Another one stands for
    a file in the metadata directory and is left out: the directory itself is known.
    """
    lines = data.decode("utf-8", "surrogateescape").splitlines()
    return [line[3:] for line in lines if line.startswith("../") and len(line) > 3 and "\0" not in line]


def _quoted_record(text: str) -> list[str]:
    import csv

    try:
        rows = [row[0] for row in csv.reader(text.replace("\0", "\n").splitlines()) if len(row) > 1]
    except csv.Error as error:
        raise FormatError(f"RECORD cannot be read as CSV: {error}", code="corrupt-record") from error
    return [path for path in rows if path and "\n" not in path]
