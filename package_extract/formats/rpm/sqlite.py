"""rpm's SQLite database, `rpmdb.sqlite` (lib/backend/sqlite.c): table `Packages`, columns `hnum` and `blob`.

The file comes from an image and may lie: it is opened in memory, everything but reading that table is forbidden, and
the work and the bytes it can cause are bounded (sqlite.org/security.html). A database in WAL mode whose write-ahead
log is not there is read as what it is, a plain one; with its log, SQLite itself brings the two together in a private
directory.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from package_extract.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["headers"]

_WAL_VERSIONS: Final = slice(18, 20)
_STEP: Final = 100_000
_MAX_STEPS: Final = 100
_COLUMNS: Final = frozenset((("Packages", "hnum"), ("Packages", "blob"), ("Packages", "")))
_FUNCTIONS: Final = frozenset(("length", "typeof"))
# Neither of the two functions reads a blob, they look at the record's own header.
_LENGTH: Final = "SELECT length(blob) FROM Packages WHERE hnum = ? AND typeof(blob) = 'blob'"
_BLOB: Final = "SELECT blob FROM Packages WHERE hnum = ?"
_NUMBERS: Final = "SELECT hnum FROM Packages WHERE typeof(hnum) = 'integer' ORDER BY hnum"


def headers(content: memoryview, report: Callable[[FormatError], None], wal: bytes = b"") -> Iterator[bytes]:
    """The blobs of all packages; those that cannot be read are reported instead.

    `wal` is the content of the file with `-wal` behind its name. Raises `FormatError` if the file as a whole is none
    that can be read, and `OSError` if there is no place for the two files.
    """
    try:
        with _recovered(content, wal) if wal else _in_memory(content) as connection:
            yield from _blobs(connection, report, len(content) + len(wal))
    except (sqlite3.Error, UnicodeError, MemoryError) as error:
        # The module decodes what SQLite says of a broken schema, and reports SQLITE_NOMEM for absurd sizes.
        raise FormatError(f"SQLite cannot read the database: {error}") from error


@contextmanager
def _in_memory(content: memoryview) -> Iterator[sqlite3.Connection]:
    database = bytearray(content)
    database[_WAL_VERSIONS] = b"\1\1"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(database)
        _restrict(connection)
        yield connection


@contextmanager
def _recovered(content: memoryview, wal: bytes) -> Iterator[sqlite3.Connection]:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="package-extract-") as directory:
        path = Path(directory, "rpmdb.sqlite")
        path.write_bytes(content)
        path.with_name("rpmdb.sqlite-wal").write_bytes(wal)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            _restrict(connection)
            yield connection


def _restrict(connection: sqlite3.Connection) -> None:
    steps = 0

    def watch() -> bool:
        nonlocal steps
        steps += 1
        return steps > _MAX_STEPS

    def authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
        allowed = (
            action == sqlite3.SQLITE_SELECT
            or (action == sqlite3.SQLITE_READ and (first, second) in _COLUMNS)
            or (action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS)
        )
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    for limit, value in (
        (sqlite3.SQLITE_LIMIT_LENGTH, 1 << 28),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1 << 16),
        (sqlite3.SQLITE_LIMIT_VDBE_OP, 10_000),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    ):
        connection.setlimit(limit, value)
    connection.set_progress_handler(watch, _STEP)
    connection.set_authorizer(authorize)


def _blobs(connection: sqlite3.Connection, report: Callable[[FormatError], None], left: int) -> Iterator[bytes]:
    """The blobs one by one, so that a damaged one does not hide those after it; together not larger than `left`."""
    for number in _numbers(connection, report):
        try:
            (length,) = connection.execute(_LENGTH, (number,)).fetchone() or (None,)
            if length is None or length > left:
                report(FormatError(f"package {number} has no header, or one larger than what is left of the file"))
                continue
            left -= length
            (blob,) = connection.execute(_BLOB, (number,)).fetchone()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            report(FormatError(f"package {number}: {error}"))
        else:
            yield blob


def _numbers(connection: sqlite3.Connection, report: Callable[[FormatError], None]) -> list[int]:
    """The keys of all packages; around a damaged page those before it and, read backwards, those behind it."""
    found: set[int] = set()
    for order in ("ASC", "DESC"):
        try:
            for (number,) in connection.execute(f"{_NUMBERS} {order}"):
                found.add(number)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            if order == "DESC":
                report(FormatError(f"some packages cannot be reached: {error}"))
        else:
            break
    return sorted(found)
