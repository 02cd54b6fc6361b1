"""Any of rpm's package databases: which kind a file is, and the packages in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from package_extract.errors import FormatError
from package_extract.formats.rpm import berkeleydb, ndb
from package_extract.formats.rpm.file_list import FileList, file_list
from package_extract.formats.rpm.header import Header
from package_extract.formats.rpm.package import package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["MAX_DEPENDENCIES", "Backend", "backend", "packages"]

Backend = Literal["bdb", "ndb", "sqlite"]

# A machine with everything that a distribution has to offer comes to a tenth of this.
MAX_DEPENDENCIES: Final = 1 << 22

_SQLITE_MAGIC: Final = b"SQLite format 3\0"
_BERKELEY_MAGICS: Final = frozenset(
    magic.to_bytes(4, order) for magic in (berkeleydb.HASH_MAGIC, berkeleydb.BTREE_MAGIC) for order in ("little", "big")
)


def backend(head: memoryview) -> Backend | None:
    """The kind of database by its first bytes, or None if it is none of rpm's."""
    start = bytes(head[:16])
    if start == _SQLITE_MAGIC:
        return "sqlite"
    if start.startswith(ndb.MAGIC):
        return "ndb"
    return "bdb" if start[berkeleydb.MAGIC_OFFSET :] in _BERKELEY_MAGICS else None


def packages(
    content: memoryview, kind: Backend, report: Callable[[FormatError], None], wal: bytes = b""
) -> Iterator[tuple[dict[str, Any], FileList]]:
    """Every package that can be read, with its folded list of files; what cannot be read is reported.

    `wal` is the write-ahead log beside an SQLite database. Raises `OSError` only if there is one.
    """
    left = MAX_DEPENDENCIES
    try:
        for blob in _headers(content, kind, report, wal):
            try:
                header = Header(blob)
                fields = package(header)
                yield fields, file_list(header)
            except FormatError as error:
                report(error)
                continue
            left -= sum(len(fields[key]) for key in ("requires", "provides", "conflicts", "obsoletes"))
            if left < 0:
                raise FormatError("the packages have more dependencies than any real ones", code="limit")
    except FormatError as error:
        report(error)


def _headers(content: memoryview, kind: Backend, report: Callable[[FormatError], None], wal: bytes) -> Iterable[bytes]:
    if kind == "bdb":
        return berkeleydb.headers(content, report)
    if kind == "ndb":
        return ndb.headers(content, report)
    # Starting SQLite takes longer than reading a small database of another kind.
    from package_extract.formats.rpm import sqlite

    return sqlite.headers(content, report, wal)
