"""The requests that were accepted, and what became of them.

What has a record is done or will be done, whoever kills the service in between: a record is committed before the client
hears of it, and `recover` finds those that are not done. No record has credentials.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from package_extract.service.database import Database
from package_extract.service.errors import TooManyRequests

if TYPE_CHECKING:
    from pathlib import Path
    from sqlite3 import Connection, Row

__all__ = ["Kind", "Record", "Records", "State", "new_id"]

Kind = Literal["analysis", "advise"]
State = Literal["pending", "running", "finished", "failed"]
TABLES = """
create table if not exists request (
    id text primary key, kind text not null, parameters text not null, key text, with_credentials integer not null,
    state text not null, code text, reason text, exit_code integer, document text,
    accepted_at real not null, started_at real, finished_at real, log text not null
);
create index if not exists request_state on request (state);
create index if not exists request_key on request (key) where key is not null;
create index if not exists request_finished_at on request (finished_at);
"""
OPEN = "state in ('pending', 'running')"
NEEDS_CREDENTIALS = "needs-credentials-again"
LOST = "the service was restarted and keeps no credentials: submit the request again, with credentials"
ACCESS_DENIED = 4


@dataclass(frozen=True, slots=True)
class Record:
    """One request. Times are RFC 3339 in UTC."""

    id: str
    kind: Kind
    parameters: dict[str, Any]
    state: State
    code: str | None
    """Of the error, where it failed."""
    reason: str | None
    exit_code: int | None
    """What the command would have exited with."""
    document: str | None
    """The id of what came out."""
    accepted_at: str
    started_at: str | None
    finished_at: str | None
    log: str


def new_id(kind: Kind) -> str:
    """An id that nobody guesses."""
    return f"{kind}-{time.strftime('%y%m%d%H%M%S', time.gmtime())}-{secrets.token_hex(8)}"


class Records:
    """The requests of a service, in one file."""

    def __init__(self, path: Path, pending: int, kept_seconds: float) -> None:
        self._pending, self._kept_seconds = pending, kept_seconds
        self._database = Database(path, TABLES, durable=True)

    def accept(
        self, identity: str, kind: Kind, parameters: dict[str, Any], *, key: str | None, with_credentials: bool = False
    ) -> str:
        """Keep a request; its id, or that of an open one with the same `key`. Raises `TooManyRequests`."""
        now = time.time()
        with self._database.transaction() as database:
            if key is not None:
                same = database.execute(f"select id from request where key = ? and {OPEN}", (key,)).fetchone()  # noqa: S608
                if same is not None:
                    return str(same["id"])
            if database.execute("select count(*) from request where state = 'pending'").fetchone()[0] >= self._pending:
                raise TooManyRequests("too many requests are waiting; try again later")
            database.execute(
                "insert into request (id, kind, parameters, key, with_credentials, state, accepted_at, log)"
                " values (?, ?, ?, ?, ?, 'pending', ?, ?)",
                (identity, kind, json.dumps(parameters), key, with_credentials, now, _line(now, "accepted")),
            )
        return identity

    def get(self, identity: str) -> Record | None:
        """The request with this id."""
        rows = self._database.rows("select * from request where id = ?", (identity,))
        return _record(rows[0]) if rows else None

    def begin(self, identity: str) -> None:
        """An attempt starts."""
        with self._database.transaction() as database:
            database.execute(
                "update request set state = 'running', started_at = coalesce(started_at, ?) where id = ?",
                (time.time(), identity),
            )
            _tell(database, identity, "started")

    def wait(self, identity: str, line: str) -> None:
        """The request waits for another attempt, for this reason."""
        with self._database.transaction() as database:
            database.execute("update request set state = 'pending' where id = ?", (identity,))
            _tell(database, identity, line)

    def finish(self, identity: str, document: str) -> None:
        """The request is done, with this document; requests that ended long ago are forgotten."""
        with self._database.transaction() as database:
            _close(database, identity, "finished", document=document)
            _tell(database, identity, f"finished: {document}")
            database.execute("delete from request where finished_at < ?", (time.time() - self._kept_seconds,))

    def fail(self, identity: str, code: str, reason: str, exit_code: int) -> None:
        """The request has failed for good."""
        with self._database.transaction() as database:
            _close(database, identity, "failed", code=code, reason=reason, exit_code=exit_code)
            _tell(database, identity, f"failed: {reason}")

    def recover(self) -> list[str]:
        """After a restart: the ids that are to be done, oldest first. Those whose credentials are lost have failed."""
        for row in self._database.rows(f"select id from request where {OPEN} and with_credentials"):  # noqa: S608
            self.fail(row["id"], NEEDS_CREDENTIALS, LOST, ACCESS_DENIED)
        with self._database.transaction() as database:
            database.execute("update request set state = 'pending' where state = 'running'")
        rows = self._database.rows("select id from request where state = 'pending' order by accepted_at")
        return [row["id"] for row in rows]

    def counts(self) -> dict[str, int]:
        """State -> how many."""
        return dict(map(tuple, self._database.rows("select state, count(*) from request group by state")))

    def close(self) -> None:
        """Close the file; the records cannot be used any more."""
        self._database.close()


def _close(database: Connection, identity: str, state: State, **values: Any) -> None:
    columns = "".join(f", {name} = ?" for name in values)
    database.execute(
        f"update request set state = ?, finished_at = ?, key = null{columns} where id = ?",  # noqa: S608 our own names
        (state, time.time(), *values.values(), identity),
    )


def _tell(database: Connection, identity: str, line: str) -> None:
    database.execute("update request set log = log || ? where id = ?", (_line(time.time(), line), identity))


def _line(now: float, text: str) -> str:
    return f"{_time(now)} {' '.join(text.split())}\n"


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _record(row: Row) -> Record:
    plain = {name: row[name] for name in Record.__dataclass_fields__}
    times = {name: _time(row[name]) for name in ("accepted_at", "started_at", "finished_at")}
    return Record(**{**plain, **times, "parameters": json.loads(row["parameters"])})
