"""The files of one project on one index as columns: what a page is turned into once, and kept as.

The form that is kept is a JSON header (versions, classes, shapes as in `ProjectPage`) and then one JSON line of files
for each version, so that a page of thousands of files is usable after its header was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from package_extract.errors import FormatError
from package_extract.resolver.index.file_names import parse_file_name
from package_extract.resolver.source import DistributionFile, FileClass, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

    from package_extract.resolver.index.listing import ListedFile

__all__ = ["FORMAT", "Columns"]

FORMAT = 1
"""Raised when the form that is kept changes."""

_Class = tuple["str | None", "str | None", bool]


_new = tuple.__new__  # half the cost of the constructor of a named tuple


class _File(NamedTuple):
    """A file as it is kept, and its class."""

    kept: tuple[Any, ...]
    """Filename, version, build, URL, hashes, size, yanked, upload time, core metadata."""
    kind: _Class

    def __lt__(self, other: tuple[Any, ...]) -> bool:
        return bool(self.kept[0] < other[0][0])


class Columns:
    """The fields of `ProjectPage` for one index."""

    __slots__ = ("_lines", "_name", "_places", "classes", "index", "shape_of", "shapes", "versions")

    def __init__(self, name: str, index: str, data: bytes) -> None:
        """`data` as `encoded` made it; FormatError if it is not.

        `index` is the address to be given as that of the index.
        """
        end = data.find(b"\n")
        try:
            header = orjson.loads(memoryview(data)[: max(end, 0)])
            form, versions, classes, shapes, shape_of, lengths = header
            self.classes = [FileClass(*each) for each in classes]
            self.shapes = [tuple(each) for each in shapes]
            if form != FORMAT or not len(versions) == len(shape_of) == len(lengths):
                raise FormatError("the columns of a page are of another format")
        except (ValueError, TypeError) as error:
            raise FormatError("the columns of a page are damaged") from error
        self.versions: list[str] = versions
        self.shape_of: list[int] = shape_of
        self.index = index
        self._name, self._lines = name, data
        self._places = _starts(lengths, end + 1)

    def listed(self, position: int) -> list[list[Any]]:
        """The files of a version as they are kept: see `_File`."""
        start, end = self._places[position], self._places[position + 1]
        try:
            files = orjson.loads(memoryview(self._lines)[start:end])
        except ValueError as error:
            raise FormatError(
                f"the files of {self._name} {self.versions[position]} are damaged in the cache"
            ) from error
        return files if isinstance(files, list) else []

    def files(self, position: int) -> list[DistributionFile]:
        """The files of a version, in the order of its shape."""
        return [self._file(position, at, each) for at, each in enumerate(self.listed(position))]

    def _file(self, position: int, at: int, kept: list[Any]) -> DistributionFile:
        filename, version, build, url, hashes, size, yanked, upload_time, core_metadata = kept
        kind = self.classes[self.shapes[self.shape_of[position]][at]]
        return DistributionFile(
            project=self._name,
            version=version,
            filename=filename,
            url=url,
            hashes={"sha256": hashes} if type(hashes) is str else hashes,
            size=size,
            requires_python=kind.requires_python,
            yanked=yanked,
            upload_time=upload_time,
            tag_set=kind.tag_set,
            build=build,
            core_metadata=core_metadata,
            index=self.index,
        )


def encoded(name: str, listed: Iterable[ListedFile]) -> bytes:
    """The bytes of `Columns`. Files of other projects and files that are no distributions are left out.

    Of a file's hashes SHA-256 is enough.
    """
    versions: list[str] = []
    shape_of: list[int] = []
    lines: list[bytes] = []
    classes: dict[_Class, int] = {}
    shapes: dict[tuple[int, ...], int] = {}
    for files in _by_version(name, listed):
        versions.append(files[0].kept[1])
        shape = tuple([classes.setdefault(each.kind, len(classes)) for each in files])
        shape_of.append(shapes.setdefault(shape, len(shapes)))
        lines.append(orjson.dumps([each.kept for each in files]))
    header = orjson.dumps([FORMAT, versions, list(classes), list(shapes), shape_of, list(map(len, lines))])
    return b"%b\n%b" % (header, b"".join(lines))


def _by_version(name: str, listed: Iterable[ListedFile]) -> list[list[_File]]:
    by_version: dict[Version, list[_File]] = {}
    for filename, url, hashes, size, requires_python, yanked, upload_time, core_metadata in listed:
        parts = parse_file_name(filename)
        if parts is None or parts[0] != name or not url:
            continue
        _, version, tag_set, build = parts
        kept = (filename, version, build, url, hashes.get("sha256", hashes), size, yanked, upload_time, core_metadata)
        file = _new(_File, (kept, (tag_set, requires_python, yanked is not None)))
        by_version.setdefault(parse_version(version), []).append(file)
    return [sorted(by_version[version]) for version in sorted(by_version)]


def _starts(lengths: list[int], start: int) -> list[int]:
    starts = [start]
    for length in lengths:
        start += length
        starts.append(start)
    return starts
