"""The files of an installed package: names compressed by directory, or whole paths in headers of rpm before 4.0.

Listing every path costs more than all else in a header, and most lists read from lower layers are never asked for.
So a list is kept as it lies in the header, as plain bytes, until `paths` unfolds it.
"""

from __future__ import annotations

import struct
from itertools import compress
from typing import TYPE_CHECKING, Final

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from package_extract.formats.rpm.header import Header

__all__ = ["FileList", "file_list", "paths"]

FileList = tuple[bytes, bytes, bytes, bytes]
"""Directories, big-endian indices into them, names, states; without directories the names are whole paths."""

_OLD_FILE_NAMES: Final = 1027
_FILE_STATES: Final = 1029
_DIRECTORY_INDEXES: Final = 1116
_BASENAMES: Final = 1117
_DIRECTORY_NAMES: Final = 1118
_OLDEST: Final = (b"", b"")

# lib/rpmfiles.h, RPMFILE_IS_INSTALLED: normal and netshared, but not replaced, not installed, of the wrong colour.
_INSTALLED: Final = bytes(state in (0, 3) for state in range(256))


def file_list(header: Header) -> FileList:
    """The folded list of a header's files."""
    states = header.raw(_FILE_STATES)
    if _BASENAMES in header:
        directories, _ = header.string_block(_DIRECTORY_NAMES)
        names, _ = header.string_block(_BASENAMES)
        return directories, header.raw(_DIRECTORY_INDEXES), names, states
    names, _ = header.string_block(_OLD_FILE_NAMES)
    return *_OLDEST, names.rstrip(b"\0"), states


def paths(files: FileList, limit: int) -> list[str]:
    """Absolute paths of the files that are installed; bytes that are not UTF-8 are surrogate-escaped.

    Raises `FormatError` if the list is broken or its paths have more than `limit` characters together.
    """
    directories, indexes, names, states = files
    if indexes:
        found = _unfold(directories, indexes, names, limit)
    else:
        found = _decode(names) if names else []
    if any(states) and len(states) == len(found):
        return list(compress(found, states.translate(_INSTALLED)))
    return found


def _unfold(directories: bytes, indexes: bytes, names: bytes, limit: int) -> list[str]:
    count = len(indexes) // 4
    bases, parents = _decode(names), _decode(directories)
    try:
        places = [parents[index] for index in struct.unpack_from(f">{count}I", indexes)]
    except IndexError:
        raise FormatError("a file of a package lies in a directory that is not there", code="corrupt-header") from None
    # A few kilobytes can say that a million files lie in a directory with a name of a megabyte.
    if sum(map(len, places)) + len(names) > limit:
        raise FormatError("the paths of a package's files are longer than any real ones", code="limit")
    return [place + base for place, base in zip(places, bases, strict=False)]


def _decode(block: bytes) -> list[str]:
    return block.decode("utf-8", "surrogateescape").split("\0")
