"""Pages into columns: the files of a project by version, class and shape."""

from __future__ import annotations

from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec
import orjson

from package_extract.resolver.index.columns import FORMAT, Encoded
from package_extract.resolver.index.file_names import parse_file_name
from package_extract.resolver.index.times import day_of
from package_extract.resolver.index.urls import as_address
from package_extract.resolver.source import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

    from package_extract.resolver.index.listing import ListedFile

__all__ = ["encoded"]

_USUAL_LENGTH = len("2024-01-01T00:00:00.000000Z")
_Class = tuple["str | None", "str | None", bool]
_Files = list[tuple[str, int, "ListedFile"]]
"""Name, class and entry."""


def encoded(name: str, base: str, listed: Iterable[ListedFile]) -> Encoded:
    """The bytes of `Columns`; `base` is the address that links are relative to.

    Files of other projects and files that are no distributions are left out. This runs for each of the thousands of
    files of a page, so that nothing is done here that can wait until a file is asked for.
    """
    versions: list[str] = []
    shape_of: list[int] = []
    lines: list[bytes] = []
    days: list[tuple[str, str]] = []
    classes: dict[_Class, int] = {}
    shapes: dict[tuple[int, ...], int] = {}
    encode = msgspec.json.Encoder().encode
    for version, files in _by_version(name, listed, classes):
        versions.append(version)
        shape = tuple([kind for _, kind, _ in files])
        shape_of.append(shapes.setdefault(shape, len(shapes)))
        lines.append(encode([file for _, _, file in files]))
        days.append(_days([file.upload_time or "" for _, _, file in files]))
    ends = list(accumulate(map(len, lines)))
    header = orjson.dumps([FORMAT, base, versions, list(classes), list(shapes), shape_of, ends, days])
    return Encoded(header, b"".join(lines))


def _days(times: list[str]) -> tuple[str, str]:
    """The first and the last day of some times."""
    if all([len(time) == _USUAL_LENGTH and time[-1] == "Z" for time in times]):  # noqa: C419 faster than a generator
        return min(times)[:10], max(times)[:10]
    days = list(map(day_of, times))
    return min(days), max(days)


def _by_version(name: str, listed: Iterable[ListedFile], classes: dict[_Class, int]) -> list[tuple[str, _Files]]:
    """The versions in ascending order, each with its files by name.

    Whether the name of a wheel is valid is known once its version was seen, and the rest of it with another version.
    """
    by_text: dict[str, _Files] = {}
    kinds: dict[tuple[object, ...], int] = {}
    for file in listed:
        filename = file.filename
        if not file.url:
            continue
        project, _, rest = filename.partition("-")
        version, _, tags = rest.partition("-")
        but_version = (project, tags, file.requires_python, file.yanked)
        if "@" in file.url:
            file.url = as_address(file.url).url
        files, kind = by_text.get(version), kinds.get(but_version)
        if files is None or kind is None or not tags:
            parts = parse_file_name(filename)
            if parts is None or parts[0] != name:
                continue
            yanked = file.yanked is not False and file.yanked is not None
            kind = classes.setdefault((parts[2], file.requires_python or None, yanked), len(classes))
            files = by_text.setdefault(parts[1], [])
            if parts[2] is not None:
                kinds[but_version] = kind
        files.append((filename, kind, file))
    return _ascending(by_text)


def _ascending(by_text: dict[str, _Files]) -> list[tuple[str, _Files]]:
    joined: dict[Version, tuple[str, _Files]] = {}
    for text, files in by_text.items():
        _, same = joined.setdefault(parse_version(text), (text, []))
        same += files
    return [(text, sorted(files, key=itemgetter(0))) for _, (text, files) in sorted(joined.items(), key=itemgetter(0))]
