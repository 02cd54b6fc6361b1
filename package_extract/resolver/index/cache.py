"""What is kept between runs: pages of indexes, and facts about files that never change. One SQLite database.

Pages are kept with what is needed to ask whether they changed; facts by the SHA-256 of the file that they tell about.
Any number of processes may use the database at once (write-ahead log). A database that is damaged, of another version
or not to be written is no error: it is replaced or done without, and the index is asked again.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.resolver.index.columns import FORMAT as PAGE_FORMAT

if TYPE_CHECKING:
    from collections.abc import Callable

    from package_extract.resolver.index.columns import Encoded

__all__ = ["Cache", "CachedPage"]

_SCHEMA = 1
_TABLES = """
CREATE TABLE pages (
    key TEXT PRIMARY KEY, etag TEXT, modified TEXT, fresh_until REAL NOT NULL, header BLOB, lines BLOB
);
CREATE TABLE facts (kind TEXT, key TEXT, value BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""
_WRITTEN_AT_ONCE = 1 << 20
"""Bytes. SQLite writes beside Python: what is written while answers are waited for costs no time at the end."""


class CachedPage(NamedTuple):
    """A page as it was kept."""

    etag: str | None
    modified: str | None
    fresh_until: float
    """Seconds since 1970: until then nobody needs to ask again."""
    header: bytes | None
    """As `columns.Encoded` has it; None if the index had no such page."""
    lines: Callable[[int, int], bytes]
    """Reads the lines from some byte to some byte, until the cache is closed."""


class Cache:
    """The database in a directory; without one, everything is forgotten at once. For any number of threads.

    It is read as it was at the first look, and written through another connection.
    """

    def __init__(self, directory: str | None) -> None:
        self._lock = threading.Lock()
        self._pages: list[tuple[object, ...]] = []
        self._renewed: list[tuple[float, str]] = []
        self._facts: list[tuple[str, str, bytes]] = []
        self._pending = 0
        self._path = Path(directory, f"index-{_SCHEMA}.{PAGE_FORMAT}.sqlite") if directory else None
        self._database = None if self._path is None else _opened(self._path)
        self._writing = threading.Lock()
        self._writer: sqlite3.Connection | None = None

    def page(self, key: str) -> CachedPage | None:
        """The page kept under a key."""
        row = self._row("SELECT rowid, etag, modified, fresh_until, header FROM pages WHERE key = ?", (key,))
        if row is None:
            return None
        number, etag, modified, fresh_until, header = row
        return CachedPage(etag, modified, fresh_until, header, partial(self._lines, number))

    def fresh_until(self, key: str) -> float | None:
        """Until when the page kept under a key is fresh; None if there is none."""
        row = self._row("SELECT fresh_until FROM pages WHERE key = ?", (key,))
        return row[0] if row else None

    def keep_page(
        self, key: str, etag: str | None, modified: str | None, fresh_until: float, page: Encoded | None
    ) -> None:
        """Keep a page in place of the one before; None if the index has none."""
        header, lines = page or (None, None)
        with self._lock:
            self._pages.append((key, etag, modified, fresh_until, header, lines))
        self._count(len(header or b"") + len(lines or b""))

    def renew_page(self, key: str, fresh_until: float) -> None:
        """The page kept under a key has not changed."""
        with self._lock:
            self._renewed.append((fresh_until, key))

    def fact(self, kind: str, key: str) -> bytes | None:
        """What was kept under a key."""
        row = self._row("SELECT value FROM facts WHERE kind = ? AND key = ?", (kind, key))
        return row[0] if row else None

    def keep_fact(self, kind: str, key: str, value: bytes) -> None:
        """Keep a fact."""
        with self._lock:
            self._facts.append((kind, key, value))
        self._count(len(value))

    def close(self) -> None:
        """Write what is left to be kept."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None
        with self._writing:
            self._write()
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _row(self, query: str, values: tuple[str, ...]) -> tuple[Any, ...] | None:
        with self._lock:
            if self._database is None:
                return None
            try:
                row: tuple[Any, ...] | None = self._database.execute(query, values).fetchone()
            except sqlite3.Error:
                return None
            return row

    def _lines(self, row: int, start: int, end: int) -> bytes:
        with self._lock:
            if self._database is None:
                return b""
            with suppress(sqlite3.Error), self._database.blobopen("pages", "lines", row, readonly=True) as blob:
                blob.seek(start)
                return blob.read(end - start)
        return b""

    def _count(self, size: int) -> None:
        with self._lock:
            self._pending += size
            is_due = self._pending > _WRITTEN_AT_ONCE
        if is_due and self._writing.acquire(blocking=False):
            try:
                self._write()
            finally:
                self._writing.release()

    def _write(self) -> None:
        with self._lock:
            pages, renewed, facts = self._pages, self._renewed, self._facts
            self._pages, self._renewed, self._facts, self._pending = [], [], [], 0
        if self._path is None or not (pages or renewed or facts):
            return
        with suppress(sqlite3.Error):
            self._writer = self._writer or _connect(self._path)
            with self._writer as database:
                database.execute("BEGIN IMMEDIATE")
                database.executemany("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?)", pages)
                database.executemany("UPDATE pages SET fresh_until = ? WHERE key = ?", renewed)
                database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", facts)


def _opened(path: Path) -> sqlite3.Connection | None:
    """To read; None if nothing is kept there, or nothing can be read."""
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for attempt in (1, 2):
        try:
            database = _connect(path)
            database.execute("BEGIN")
            database.execute("SELECT etag, modified, fresh_until, header, lines FROM pages LIMIT 0")
            kept = database.execute(
                "SELECT EXISTS (SELECT kind, key, value FROM facts) OR EXISTS (SELECT 1 FROM pages)"
            )
            is_empty = not kept.fetchone()[0]
        except sqlite3.OperationalError:  # not to be opened, locked, on a full disk
            return None
        except sqlite3.DatabaseError:
            if attempt == 1:
                _remove(path)
        else:
            if not is_empty:
                return database
            database.close()
            return None
    return None


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA page_size = 16384")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")  # what a power cut damages is fetched again
        database.execute("PRAGMA mmap_size = 1073741824")
        database.execute("PRAGMA wal_autocheckpoint = 8192")
        if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            with suppress(sqlite3.OperationalError):  # another process was first
                database.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
    except sqlite3.Error:
        database.close()
        raise
    return database


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink()
