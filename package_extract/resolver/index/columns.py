"""The files of one project on one index as columns: what `encoding` turns a page into once, and what is kept.

The form that is kept is a header in JSON (versions, classes and shapes as in `ProjectPage`) and, apart from it, a line
of JSON for each version with its files as PEP 691 has them: a page of thousands of files is usable after its header was
read, and a line is read when its files are asked for.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from package_extract.errors import FormatError
from package_extract.resolver.index.file_names import parse_file_name
from package_extract.resolver.index.times import utc_time
from package_extract.resolver.index.urls import HASHES, join
from package_extract.resolver.source import DistributionFile, FileClass

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["FORMAT", "Columns", "Encoded", "in_memory"]

FORMAT = 5
"""Raised when the form that is kept changes."""

_UPLOAD = re.compile(rb'"upload-time":"(\d{4}-\d\d-\d\dT[\d:.]{15}Z)"')
_new = tuple.__new__  # half the cost of the constructor of a named tuple


class Encoded(NamedTuple):
    """The bytes that are kept."""

    header: bytes
    lines: bytes


class Columns:
    """The fields of `ProjectPage` for one index."""

    __slots__ = ("_base", "_ends", "_name", "_read", "_uploads", "classes", "index", "shape_of", "shapes", "versions")

    def __init__(self, name: str, index: str, header: bytes, read: Callable[[int, int], bytes]) -> None:
        """`header` as `encoding.encoded` made it; `read` gives the bytes of the lines from some to some.

        `index` is the address to be given as that of the index. Raises FormatError for a header that is damaged.
        """
        try:
            form, base, versions, classes, shapes, shape_of, ends = orjson.loads(header)
            self.classes: list[FileClass] = [_new(FileClass, each) for each in classes]
            self.shapes: list[tuple[int, ...]] = list(map(tuple, shapes))
            if form != FORMAT or not len(versions) == len(shape_of) == len(ends):
                raise FormatError("the columns of a page are of another format")
        except (ValueError, TypeError) as error:
            raise FormatError("the columns of a page are damaged") from error
        self.versions: list[str] = versions
        self.shape_of: list[int] = shape_of
        self.index = index
        self._name, self._base, self._read, self._ends = name, base, read, ends
        self._uploads: list[list[bytes]] | None = None

    def uploaded_before(self, position: int, time: str) -> bool | None:
        """Whether all files of a version were uploaded before some time, or none; None: look at each of them.

        `time` as `listing.utc_time` writes it.
        """
        uploads = self._all_uploads()[position]
        if len(uploads) != len(self.shapes[self.shape_of[position]]):
            return None
        bound = time.encode()
        return True if max(uploads) < bound else False if min(uploads) > bound else None

    def _all_uploads(self) -> list[list[bytes]]:
        """Of each version the times that are written as nearly all indexes write them."""
        if self._uploads is None:
            lines = self._read(0, self._ends[-1]) if self._ends else b""
            self._uploads = [_UPLOAD.findall(lines, *place) for place in pairwise([0, *self._ends])]
        return self._uploads

    def files(self, position: int, among: Collection[int] | None = None) -> list[DistributionFile]:
        """The files of a version, in the order of its shape; all, or those of some classes."""
        shape = self.shapes[self.shape_of[position]]
        line = self._read(self._ends[position - 1] if position else 0, self._ends[position])
        try:
            kept = orjson.loads(line)
            return [
                self._file(self.classes[kind], each)
                for kind, each in zip(shape, kept, strict=True)
                if among is None or kind in among
            ]
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise FormatError(f"the files of {self._name} are damaged in the cache; refresh it") from error

    def _file(self, kind: FileClass, entry: dict[str, Any]) -> DistributionFile:
        parts = parse_file_name(entry["filename"])
        if parts is None:
            raise ValueError("no distribution")
        get = entry.get
        metadata = get("core-metadata", get("data-dist-info-metadata"))
        yanked = get("yanked", False)
        return DistributionFile(
            project=self._name,
            version=parts.version,
            filename=entry["filename"],
            url=join(self._base, entry["url"]),
            hashes=_hashes(entry["hashes"]),
            size=get("size"),
            requires_python=kind.requires_python,
            yanked=yanked if isinstance(yanked, str) else ("" if yanked else None),
            upload_time=utc_time(get("upload-time")),
            tag_set=kind.tag_set,
            build=parts.build,
            core_metadata=(_hashes(metadata) or True) if isinstance(metadata, dict) else (metadata or None),
            index=self.index,
        )


def _hashes(listed: dict[str, str]) -> dict[str, str]:
    return {name: digest.lower() for name, digest in listed.items() if name in HASHES}


def in_memory(name: str, index: str, page: Encoded) -> Columns:
    """The columns of a page that was just encoded."""
    lines = page.lines
    return Columns(name, index, page.header, lambda start, end: lines[start:end])
