"""The page that the engine sees: the files of one project on all indexes, older ones only if so wished.

As pip has it, all indexes together are one set of files. Of files of the same name, that of the earlier index counts.
Files are looked at only where two indexes have the same version, or where some of a version's files are too new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from package_extract.resolver.source import DistributionFile, FileClass, ProjectPage, parse_version

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from packaging.version import Version

    from package_extract.resolver.index.columns import Columns

__all__ = ["merged"]


def merged(name: str, parts: Sequence[Columns], exclude_newer: str | None) -> ProjectPage:
    """One page of those of several indexes, the first one first.

    `exclude_newer` as `listing.utc_time` writes it; files uploaded later or at an unknown time are left out.
    """
    indexes = [part.index for part in parts]
    if len(parts) == 1 and exclude_newer is None:
        only = parts[0]
        return ProjectPage(name, only.versions, only.classes, only.shapes, only.shape_of, indexes, only.files)
    rows = _rows(parts, exclude_newer)
    classes: dict[FileClass, int] = {}
    shapes: dict[tuple[int, ...], int] = {}
    shape_of = []
    for row in rows:
        shape = tuple([classes.setdefault(kind, len(classes)) for kind in row.classes()])
        shape_of.append(shapes.setdefault(shape, len(shapes)))
    versions = [row.version for row in rows]
    listed = list(shapes)

    def files(at: int, among: Collection[int] | None) -> list[DistributionFile]:
        found = zip(rows[at].files(), listed[shape_of[at]], strict=True)
        return [file for file, kind in found if among is None or kind in among]

    return ProjectPage(name, versions, list(classes), listed, shape_of, indexes, files)


class _Row(NamedTuple):
    """A version that one index has as a whole (its columns and its position there), or files chosen from several."""

    version: str
    whole: tuple[Columns, int] | None
    chosen: list[DistributionFile]

    def classes(self) -> list[FileClass]:
        """The classes of its files."""
        if self.whole is None:
            return [FileClass(file.tag_set, file.requires_python, file.yanked is not None) for file in self.chosen]
        columns, position = self.whole
        return [columns.classes[each] for each in columns.shapes[columns.shape_of[position]]]

    def files(self) -> list[DistributionFile]:
        """Its files."""
        return list(self.chosen) if self.whole is None else self.whole[0].files(self.whole[1])


def _rows(parts: Sequence[Columns], exclude_newer: str | None) -> list[_Row]:
    places: dict[Version, list[tuple[Columns, int]]] = {}
    for part in parts:
        for position, text in enumerate(part.versions):
            places.setdefault(parse_version(text), []).append((part, position))
    return [_row(places[version], exclude_newer) for version in sorted(places)]


def _row(places: list[tuple[Columns, int]], exclude_newer: str | None) -> _Row:
    first, position = places[0]
    version = first.versions[position]
    if exclude_newer is not None:
        known = [columns.uploaded_before(at, exclude_newer) for columns, at in places]
        if not any(before is not False for before in known):
            return _Row(version, None, [])
        if len(places) == 1 and known[0]:
            return _Row(version, places[0], [])
    elif len(places) == 1:
        return _Row(version, places[0], [])
    files: dict[str, DistributionFile] = {}
    for columns, at in places:
        for file in columns.files(at):
            if exclude_newer is None or (file.upload_time is not None and file.upload_time <= exclude_newer):
                files.setdefault(file.filename, file)
    return _Row(version, None, list(files.values()))
