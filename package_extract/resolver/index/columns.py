"""The files of one project on one index as columns: what a page is turned into once, and kept as.

The form that is kept is a header in JSON (versions, classes and shapes as in `ProjectPage`) and, apart from it, a line
of JSON for each version with its files: a page of thousands of files is usable after its header was read, and a line is
read when its files are asked for.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from package_extract.errors import FormatError
from package_extract.resolver.index.file_names import parse_file_name
from package_extract.resolver.source import DistributionFile, FileClass, parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from packaging.version import Version

    from package_extract.resolver.index.listing import ListedFile

__all__ = ["FORMAT", "Columns", "Encoded", "encoded", "in_memory"]

FORMAT = 3
"""Raised when the form that is kept changes."""

_new = tuple.__new__  # half the cost of the constructor of a named tuple
_Class = tuple["str | None", "str | None", bool]


def in_memory(name: str, index: str, page: Encoded) -> Columns:
    """The columns of a page that was just encoded."""
    lines = page.lines
    return Columns(name, index, page.header, lambda start, end: lines[start:end])


class _File(NamedTuple):
    """A file as it is kept, and its class."""

    kept: tuple[Any, ...]
    """Filename, version, build, URL, hashes, size, yanked, upload time, core metadata."""
    kind: _Class

    def __lt__(self, other: tuple[Any, ...]) -> bool:
        return bool(self.kept[0] < other[0][0])


class Encoded(NamedTuple):
    """The bytes that are kept."""

    header: bytes
    lines: bytes


class Columns:
    """The fields of `ProjectPage` for one index."""

    __slots__ = ("_days", "_ends", "_name", "_read", "classes", "index", "shape_of", "shapes", "versions")

    def __init__(self, name: str, index: str, header: bytes, read: Callable[[int, int], bytes]) -> None:
        """`header` as `encoded` made it, FormatError if it is not; `read` gives bytes of the lines, from some to some.

        `index` is the address to be given as that of the index.
        """
        try:
            form, versions, classes, shapes, shape_of, ends, days = orjson.loads(header)
            self.classes: list[FileClass] = [_new(FileClass, each) for each in classes]
            self.shapes: list[tuple[int, ...]] = list(map(tuple, shapes))
            if form != FORMAT or not len(versions) == len(shape_of) == len(ends) == len(days):
                raise FormatError("the columns of a page are of another format")
        except (ValueError, TypeError) as error:
            raise FormatError("the columns of a page are damaged") from error
        self.versions: list[str] = versions
        self.shape_of: list[int] = shape_of
        self.index = index
        self._name, self._read, self._ends, self._days = name, read, ends, days

    def uploaded_before(self, position: int, time: str) -> bool | None:
        """Whether all files of a version were uploaded before some time, or none; None: look at each of them.

        `time` as `listing.utc_time` writes it.
        """
        earliest, latest = self._days[position]
        day = _day(time)
        return None if earliest <= day <= latest else latest < day

    def files(self, position: int) -> list[DistributionFile]:
        """The files of a version, in the order of its shape."""
        shape = self.shapes[self.shape_of[position]]
        line = self._read(self._ends[position - 1] if position else 0, self._ends[position])
        try:
            kept = orjson.loads(line)
            return [self._file(self.classes[kind], each) for kind, each in zip(shape, kept, strict=True)]
        except (ValueError, TypeError) as error:
            raise FormatError(f"the files of {self._name} are damaged in the cache; refresh it") from error

    def _file(self, kind: FileClass, kept: list[Any]) -> DistributionFile:
        filename, version, build, url, hashes, size, yanked, upload_time, core_metadata = kept
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


def encoded(name: str, listed: Iterable[ListedFile]) -> Encoded:
    """The bytes of `Columns`. Files of other projects and files that are no distributions are left out.

    Of a file's hashes SHA-256 is enough.
    """
    versions: list[str] = []
    shape_of: list[int] = []
    lines: list[bytes] = []
    days: list[tuple[int, int]] = []
    classes: dict[_Class, int] = {}
    shapes: dict[tuple[int, ...], int] = {}
    for files in _by_version(name, listed):
        versions.append(files[0].kept[1])
        shape = tuple([classes.setdefault(each.kind, len(classes)) for each in files])
        shape_of.append(shapes.setdefault(shape, len(shapes)))
        lines.append(orjson.dumps([each.kept for each in files]))
        times = [_day(each.kept[7]) for each in files]
        days.append((min(times), max(times)))
    ends = list(accumulate(map(len, lines)))
    header = orjson.dumps([FORMAT, versions, list(classes), list(shapes), shape_of, ends, days])
    return Encoded(header, b"".join(lines))


def _day(time: str | None) -> int:
    """The day of a time as a number that compares; a time that is not known is after all others."""
    return int(f"{time[:4]}{time[5:7]}{time[8:10]}") if time else 99999999


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
