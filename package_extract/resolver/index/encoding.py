"""Pages into columns: the files of a project by version, class and shape."""

from __future__ import annotations

from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec
import orjson

from package_extract.resolver.index.columns import FORMAT, Encoded
from package_extract.resolver.index.file_names import is_listed_version, parse_file_name
from package_extract.resolver.index.urls import as_address
from package_extract.resolver.source import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

    from package_extract.resolver.index.listing import ListedFile

__all__ = ["encoded"]

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
    classes: dict[_Class, int] = {}
    shapes: dict[tuple[int, ...], int] = {}
    encode = msgspec.json.Encoder().encode
    for version, files in _by_version(name, listed, classes):
        _, shape, entries = zip(*files, strict=True)
        versions.append(version)
        shape_of.append(shapes.setdefault(shape, len(shapes)))
        lines.append(encode(entries))
    ends = list(accumulate(map(len, lines)))
    header = orjson.dumps([FORMAT, base, versions, list(classes), list(shapes), shape_of, ends])
    return Encoded(header, b"".join(lines))


def _by_version(name: str, listed: Iterable[ListedFile], classes: dict[_Class, int]) -> list[tuple[str, _Files]]:
    """The versions in ascending order, each with its files by name.

    Whether the name of a file is valid is known once its version was seen, and the rest of it with another version.
    """
    by_text: dict[str, _Files] = {}
    kinds: dict[tuple[object, ...], int] = {}
    for file in listed:
        filename, url = file.filename, file.url
        if filename.endswith(".whl"):
            project, _, rest = filename.partition("-")
            version, _, tags = rest.partition("-")
        else:
            project, _, rest = filename.rpartition("-")
            version = rest.removesuffix(".tar.gz")
            tags = rest[len(version) :]
        if not url:
            continue
        if "@" in url:
            file.url = as_address(url).url
        but_version = (project, tags, file.requires_python, file.yanked)
        kind = kinds.get(but_version)
        if kind is None:
            parts = parse_file_name(filename)
            if parts is None or parts[0] != name:
                continue
            version = parts[1]
            yanked = file.yanked is not False and file.yanked is not None
            kind = classes.setdefault((parts[2], file.requires_python or None, yanked), len(classes))
            if tags:
                kinds[but_version] = kind
        files = by_text.get(version)
        if files is None:
            if not is_listed_version(version):
                continue
            files = by_text[version] = []
        files.append((filename, kind, file))
    return _ascending(by_text)


def _ascending(by_text: dict[str, _Files]) -> list[tuple[str, _Files]]:
    joined: dict[Version, tuple[str, _Files]] = {}
    for text, files in by_text.items():
        _, same = joined.setdefault(parse_version(text), (text, []))
        same += files
    return [(text, sorted(files, key=itemgetter(0))) for _, (text, files) in sorted(joined.items(), key=itemgetter(0))]
