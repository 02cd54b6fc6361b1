"""What is kept between runs: pages of indexes, and facts about files that never change. One SQLite database.

Pages are kept with what is needed to ask whether they changed; facts by the SHA-256 of the file that they tell about.
Any number of processes may use the database at once (write-ahead log). A database that is damaged, of another version
or not to be written is no error: it is replaced or done without, and the index is asked again.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from package_extract.resolver.index.columns import FORMAT as PAGE_FORMAT

__all__ = ["Cache", "CachedPage"]

_SCHEMA = 1
_TABLES = """
CREATE TABLE pages (key TEXT PRIMARY KEY, etag TEXT, modified TEXT, fresh_until REAL NOT NULL, columns BLOB);
CREATE TABLE facts (kind TEXT, key TEXT, value BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
"""
_MOST_PENDING = 64 << 20


class CachedPage(NamedTuple):
    """A page as it was kept."""

    etag: str | None
    modified: str | None
    fresh_until: float
    """Seconds since 1970: until then nobody needs to ask again."""
    columns: bytes | None
    """None if the index had no such page."""


class Cache:
    """The database in a directory; without one, everything is forgotten at once. For any number of threads."""

    def __init__(self, directory: str | None) -> None:
        self._lock = threading.Lock()
        self._pages: dict[str, CachedPage] = {}
        self._facts: dict[tuple[str, str], bytes] = {}
        self._pending = 0
        self._path = Path(directory, f"index-{_SCHEMA}.{PAGE_FORMAT}.sqlite") if directory else None
        self._database = self._opened()

    def page(self, key: str) -> CachedPage | None:
        """The page kept under a key."""
        row = self._row("SELECT etag, modified, fresh_until, columns FROM pages WHERE key = ?", (key,))
        return CachedPage(*row) if row else None

    def fresh_until(self, key: str) -> float | None:
        """As in the page kept under a key; None if there is none."""
        row = self._row("SELECT fresh_until FROM pages WHERE key = ?", (key,))
        return row[0] if row else None

    def keep_page(self, key: str, page: CachedPage) -> None:
        """Keep a page in place of the one before."""
        if self._database is not None:
            with self._lock:
                self._pages[key] = page
                self._pending += len(page.columns or b"")
            self._flush_if_much()

    def fact(self, kind: str, key: str) -> bytes | None:
        """What was kept under a key."""
        row = self._row("SELECT value FROM facts WHERE kind = ? AND key = ?", (kind, key))
        return row[0] if row else None

    def keep_fact(self, kind: str, key: str, value: bytes) -> None:
        """Keep a fact."""
        if self._database is not None:
            with self._lock:
                self._facts[kind, key] = value
                self._pending += len(value)
            self._flush_if_much()

    def close(self) -> None:
        """Write what is to be kept."""
        with self._lock:
            self._flush()
            if self._database is not None:
                self._database.close()
                self._database = None

    def _row(self, query: str, values: tuple[str, ...]) -> tuple[Any, ...] | None:
        with self._lock:
            if self._database is None:
                return None
            try:
                row: tuple[Any, ...] | None = self._database.execute(query, values).fetchone()
            except sqlite3.Error:
                return None
            return row

    def _flush_if_much(self) -> None:
        if self._pending > _MOST_PENDING:
            with self._lock:
                self._flush()

    def _flush(self) -> None:
        if self._database is not None and (self._pages or self._facts):
            pages = [(key, *page) for key, page in self._pages.items()]
            facts = [(*key, value) for key, value in self._facts.items()]
            with suppress(sqlite3.Error), self._database:
                self._database.executemany("INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?)", pages)
                self._database.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", facts)
        self._pages, self._facts, self._pending = {}, {}, 0

    def _opened(self) -> sqlite3.Connection | None:
        if self._path is None:
            return None
        with suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            return _connect(self._path)
        except sqlite3.OperationalError:  # not to be opened, locked, on a full disk
            return None
        except sqlite3.DatabaseError:
            _remove(self._path)
        with suppress(sqlite3.Error):
            return _connect(self._path)
        return None


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=5, check_same_thread=False)
    try:
        database.execute("PRAGMA page_size = 16384")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = OFF")  # what a power cut damages is fetched again
        database.execute("PRAGMA mmap_size = 1073741824")
        database.execute("PRAGMA wal_autocheckpoint = 8192")
        if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            with suppress(sqlite3.OperationalError):  # another process was first
                database.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
        database.execute("SELECT etag, modified, fresh_until, columns FROM pages LIMIT 1").fetchone()
        database.execute("SELECT kind, key, value FROM facts LIMIT 1").fetchone()
    except sqlite3.Error:
        database.close()
        raise
    return database


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink()
