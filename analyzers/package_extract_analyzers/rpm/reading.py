"""One file of rpm's: which kind it is, and the fact about it."""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING, Any, Final

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from package_extract.formats.rpm.database import Backend
    from package_extract.plugin import LayerFile

__all__ = [
    "BASENAMES",
    "DATABASE_DIRECTORIES",
    "MAX_SIZE",
    "WAL_SUFFIX",
    "database_fact",
    "is_below_root",
    "ranges",
    "read",
]

DATABASE_DIRECTORIES: Final = ("usr/lib/sysimage/rpm", "usr/share/rpm", "var/lib/rpm")
WAL_SUFFIX: Final = "-wal"
MAX_SIZE: Final = 1 << 30

_MANIFEST_DIRECTORY: Final = "var/lib/rpmmanifest"
_MANIFESTS: Final = ("container-manifest-1", "container-manifest-2")
_WAL: Final = "rpmdb.sqlite-wal"
BASENAMES: Final = ("Packages", "Packages.db", "rpmdb.sqlite", _WAL, *_MANIFESTS)

_MAX_MANIFEST: Final = 1 << 23
_WAL_HEADER: Final = 32
_MAX_PROBLEMS: Final = 20


def ranges(head: memoryview, size: int) -> Iterable[tuple[int, int]]:
    """All of a database; nothing of a large file that only has a name like one."""
    from package_extract.formats.rpm import database

    return [(0, size)] if database.backend(head) and size <= MAX_SIZE else []


def read(file: LayerFile) -> dict[str, Any] | None:
    """The fact about a file; None for a namesake elsewhere, such as the `Packages` of a Debian archive.

    `backend` (None for a manifest), `packages` (pairs of fields and folded file list), `problems` (pairs of code and
    message) of a database or manifest; `wal`, the size, of a write-ahead log that is not empty.
    """
    name = basename(file.path)
    if name == _WAL:
        return {"wal": file.size} if file.size > _WAL_HEADER else None
    if name in _MANIFESTS:
        return _read_manifest(file)
    from package_extract.formats.rpm import database

    kind = database.backend(file.content)
    if kind is None:
        if is_below_root(dirname(file.path), DATABASE_DIRECTORIES):
            raise FormatError(f"a file of {file.size} bytes in rpm's place is no database", code="not-a-database")
        return None
    if file.size > MAX_SIZE:
        raise FormatError(f"the database has {file.size} bytes, more than the {MAX_SIZE} that are read", code="limit")
    return database_fact(file.content, kind)


def database_fact(content: memoryview, kind: Backend, wal: bytes = b"") -> dict[str, Any]:
    """The fact about a database, with its write-ahead log if it has one."""
    from package_extract.formats.rpm import database

    return _fact(kind, lambda report: database.packages(content, kind, report, wal))


def is_below_root(directory: str, places: Iterable[str]) -> bool:
    """Whether a directory is one of the places, of the image or of another root inside of it."""
    return f"/{directory}".endswith(tuple(f"/{place}" for place in places))


def _read_manifest(file: LayerFile) -> dict[str, Any] | None:
    if not is_below_root(dirname(file.path), (_MANIFEST_DIRECTORY,)):
        return None
    if file.size > _MAX_MANIFEST:
        raise FormatError(f"a package manifest of {file.size} bytes is not read", code="limit")
    from package_extract.formats.rpm import manifest

    content = bytes(file.content)
    return _fact(None, lambda report: ((package, None) for package in manifest.packages(content, report)))


def _fact(
    kind: Backend | None, packages: Callable[[Callable[[FormatError], None]], Iterable[tuple[Any, Any]]]
) -> dict[str, Any]:
    problems: list[tuple[str, str]] = []
    more = 0

    def report(error: FormatError) -> None:
        nonlocal more
        if len(problems) < _MAX_PROBLEMS:
            problems.append((error.code, str(error)))
        else:
            more += 1

    fact = {"backend": kind, "packages": list(packages(report)), "problems": problems}
    if more:
        problems.append(("corrupt", f"{more} more parts cannot be read"))
    return fact
