"""The page that the engine sees: the files of one project on all indexes, older ones only if so wished.

As pip has it, all indexes together are one set of files. Of files of the same name, that of the earlier index counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.source import DistributionFile, FileClass, ProjectPage, parse_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.version import Version

    from package_extract.resolver.index.columns import Columns

__all__ = ["merged"]

_Files = list[DistributionFile]


def merged(name: str, parts: Sequence[Columns], exclude_newer: str | None) -> ProjectPage:
    """One page of those of several indexes, the first one first.

    `exclude_newer` as `listing.utc_time` writes it; files uploaded later or at an unknown time are left out.
    """
    if len(parts) == 1 and exclude_newer is None:
        only = parts[0]
        return ProjectPage(name, only.versions, only.classes, only.shapes, only.shape_of, [only.index], only.files)
    return _rebuilt(name, _joined(parts), [part.index for part in parts], exclude_newer)


def _joined(parts: Sequence[Columns]) -> list[tuple[str, _Files]]:
    versions: dict[Version, tuple[str, _Files]] = {}
    for part in parts:
        for position, text in enumerate(part.versions):
            _, files = versions.setdefault(parse_version(text), (text, []))
            known = {file.filename for file in files}
            files.extend(file for file in part.files(position) if file.filename not in known)
    return [versions[version] for version in sorted(versions)]


def _rebuilt(
    name: str, versions: list[tuple[str, _Files]], indexes: list[str], exclude_newer: str | None
) -> ProjectPage:
    classes: dict[FileClass, int] = {}
    shapes: dict[tuple[int, ...], int] = {}
    shape_of = []
    kept: list[_Files] = []
    for _, files in versions:
        if exclude_newer is not None:
            files = [file for file in files if file.upload_time is not None and file.upload_time <= exclude_newer]
        kinds = (FileClass(file.tag_set, file.requires_python, file.yanked is not None) for file in files)
        shape = tuple(classes.setdefault(kind, len(classes)) for kind in kinds)
        shape_of.append(shapes.setdefault(shape, len(shapes)))
        kept.append(files)
    texts = [text for text, _ in versions]
    return ProjectPage(name, texts, list(classes), list(shapes), shape_of, indexes, kept.__getitem__)
