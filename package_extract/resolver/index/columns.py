"""The files of one project on one index as columns: what a page is turned into once, and kept as.

The form that is kept is a JSON header (versions, classes, shapes as in `ProjectPage`) and then one JSON line of files
for each version, so that a page of thousands of files is usable after its header was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from package_extract.errors import FormatError
from package_extract.resolver.index.file_names import FileName, parse_file_name
from package_extract.resolver.source import DistributionFile, FileClass, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from packaging.version import Version

    from package_extract.resolver.index.listing import ListedFile

__all__ = ["FORMAT", "Columns"]

FORMAT = 1
"""Raised when the form that is kept changes."""

_Named = tuple["FileName", "ListedFile"]


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
        """The files of a version as they are kept: see `_kept`."""
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
    classes: dict[FileClass, int] = {}
    shapes: dict[tuple[int, ...], int] = {}
    for version, files in _by_version(name, listed):
        versions.append(version)
        shape = tuple(classes.setdefault(_class(each), len(classes)) for each in files)
        shape_of.append(shapes.setdefault(shape, len(shapes)))
        lines.append(orjson.dumps([_kept(each) for each in files]))
    lengths = [len(line) for line in lines]
    header = orjson.dumps([FORMAT, versions, list(map(list, classes)), list(map(list, shapes)), shape_of, lengths])
    return b"%b\n%b" % (header, b"".join(lines))


def _by_version(name: str, listed: Iterable[ListedFile]) -> list[tuple[str, list[_Named]]]:
    by_version: dict[Version, list[_Named]] = {}
    for file in listed:
        parts = parse_file_name(file.filename)
        if parts is not None and parts.project == name and file.url:
            by_version.setdefault(parse_version(parts.version), []).append((parts, file))
    ordered = sorted(by_version.items())
    return [(files[0][0].version, sorted(files, key=_filename)) for _, files in ordered]


def _filename(named: _Named) -> str:
    return named[1].filename


def _class(named: _Named) -> FileClass:
    parts, file = named
    return FileClass(parts.tag_set, file.requires_python, file.yanked is not None)


def _kept(named: _Named) -> tuple[Any, ...]:
    parts, file = named
    hashes = file.hashes.get("sha256", file.hashes)
    return (
        *(file.filename, parts.version, parts.build, file.url, hashes),
        *(file.size, file.yanked, file.upload_time, file.core_metadata),
    )


def _starts(lengths: list[int], start: int) -> list[int]:
    starts = [start]
    for length in lengths:
        start += length
        starts.append(start)
    return starts
