"""The index of a collection of rules: an SQLite file that opens at once and gives only the units that are asked for.

Units are kept as JSON, so nothing in an index can be executed. Tables: `about` (key, value), `unit` (the units in the
order of their files), `key` (phase, gate, package -> unit; see `keys`), `directory` (of the rules, when it was
changed), `problem` (what could not be loaded).
"""

from __future__ import annotations

import sqlite3
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from package_extract.resolver.rules.errors import InvalidIndex
from package_extract.resolver.rules.keys import keys_of
from package_extract.resolver.rules.problem import Problem
from package_extract.resolver.rules.unit import Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from package_extract.resolver.rules.keys import Key

__all__ = ["FORMAT", "IndexedUnit", "IndexWriter", "RuleIndex", "encode_unit", "index_in_memory"]

FORMAT = "1"
"""Version of the tables and of the units in them."""
_TABLES = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE unit (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, type TEXT, file TEXT, line INTEGER, body BLOB);
CREATE TABLE key (phase INTEGER, gate TEXT, package TEXT, unit INTEGER,
                  PRIMARY KEY (phase, gate, package, unit)) WITHOUT ROWID;
CREATE TABLE directory (name TEXT, modified INTEGER);
CREATE TABLE problem (file TEXT, line INTEGER, unit TEXT, key TEXT, message TEXT, code TEXT, severity TEXT);
"""
_APPLICATION = 0x70_65_72_78
"""Tells an index from other SQLite files ("perx")."""
_KEPT = 32
"""Answers about all units of a phase that are kept: one for each kind of image."""
_AT_ONCE = 500
"""Packages in one query; SQLite allows 999 parameters in its oldest builds."""


class IndexedUnit(NamedTuple):
    """A unit as it is written into the index."""

    name: str
    kind: str
    type: str
    file: str
    line: int
    body: bytes
    keys: list[Key]


def encode_unit(unit: Unit) -> IndexedUnit:
    """The unit with its keys. Raises `ValueError` for one that has no form in JSON."""
    try:
        body = orjson.dumps([unit.should_include, unit.match, unit.run], default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError as error:
        raise ValueError(str(error)) from None
    return IndexedUnit(unit.name, unit.kind, unit.type, unit.file, unit.line, body, [*keys_of(unit)])


class IndexWriter:
    """Fills an empty database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names: dict[str, tuple[str, int]] = {}
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_TABLES}")
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")

    @property
    def units(self) -> int:
        """How many units were added."""
        return len(self._names)

    def add(self, units: Iterable[IndexedUnit], problems: Iterable[Problem]) -> None:
        """Add units and problems; a unit whose name is taken becomes a problem."""
        twice = []
        for unit in units:
            first = self._names.setdefault(unit.name, (unit.file, unit.line))
            if first != (unit.file, unit.line):
                message = f"has the name of the unit at {first[0]}:{first[1]}, which is used"
                twice.append(Problem(unit.file, unit.line, unit.name, "name", message, "duplicate-name", "error"))
                continue
            row = (unit.name, unit.kind, unit.type, unit.file, unit.line, unit.body)
            cursor = self._connection.execute("INSERT INTO unit VALUES (NULL, ?, ?, ?, ?, ?, ?)", row)
            keys = [(key.phase, key.gate, key.package, cursor.lastrowid) for key in unit.keys]
            self._connection.executemany("INSERT OR IGNORE INTO key VALUES (?, ?, ?, ?)", keys)
        self._connection.executemany("INSERT INTO problem VALUES (?, ?, ?, ?, ?, ?, ?)", [*problems, *twice])

    def finish(self, about: Mapping[str, str], directories: Mapping[str, int] | None = None) -> None:
        """Write what is to be known of the index as a whole, and when the directories of its rules were changed."""
        self._connection.executemany("INSERT INTO directory VALUES (?, ?)", [*(directories or {}).items()])
        self._connection.executemany("INSERT INTO about VALUES (?, ?)", [*about.items(), ("format", FORMAT)])
        self._connection.commit()


def index_in_memory(units: Iterable[Unit], problems: Iterable[Problem] = ()) -> RuleIndex:
    """An index of a few units that is written nowhere."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    writer = IndexWriter(connection)
    writer.add(map(encode_unit, units), problems)
    writer.finish({})
    return RuleIndex(connection, "rules in memory")


class RuleIndex:
    """A finished index."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        """`name` is for people. Raises `InvalidIndex`."""
        self._connection = connection
        weakref.finalize(self, connection.close)  # rules live as long as those who ask them, who close nothing
        self._units_of_phase: dict[tuple[int | str, ...], list[Unit]] = {}
        self.name = name
        try:
            self.about = dict(self._rows("SELECT key, value FROM about"))
        except InvalidIndex:
            connection.close()
            raise
        if self.about.get("format") != FORMAT:
            connection.close()
            raise InvalidIndex(f"{name} was made by another version of package-extract; compile the rules again")

    @classmethod
    def open(cls, path: Path) -> RuleIndex:
        """The index in a file. Raises `InvalidIndex`."""
        if not path.is_file():
            raise InvalidIndex(f"there is no index of rules at {path}")
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        return cls(connection, str(path))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def units(self, packages: Collection[str], phases: Collection[int], gates: Collection[str]) -> list[Unit]:
        """Units about these packages ("" for those about none), for these phases and conditions, in their order."""
        found: dict[int, Unit] = {}
        names = sorted(packages)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            query = (
                "SELECT unit.* FROM key JOIN unit ON unit.id = key.unit WHERE "  # noqa: S608
                f"package IN ({_marks(some)}) AND phase IN ({_marks(phases)}) AND gate IN ({_marks(gates)})"
            )
            for number, *columns in self._rows(query, [*some, *phases, *gates]):
                if number not in found:
                    found[number] = self._unit(*columns)
        return [found[number] for number in sorted(found)]

    def all_units(self, phase: int, gates: Collection[str]) -> list[Unit]:
        """All units of a phase, whatever packages they are about; kept for the next one who asks."""
        key: tuple[int | str, ...] = (phase, *gates)
        if key not in self._units_of_phase:
            if len(self._units_of_phase) >= _KEPT:
                self._units_of_phase.clear()
            self._units_of_phase[key] = self._read_all_units(phase, gates)
        return self._units_of_phase[key]

    def _read_all_units(self, phase: int, gates: Collection[str]) -> list[Unit]:
        query = (
            "SELECT * FROM unit WHERE id IN "  # noqa: S608
            f"(SELECT unit FROM key WHERE phase = ? AND gate IN ({_marks(gates)})) ORDER BY id"
        )
        return [self._unit(*columns) for _, *columns in self._rows(query, [phase, *gates])]

    def counts(self) -> list[tuple[int, str, str, int]]:
        """(phase, kind of gate, type, number of units); the kind of a gate is "", "image", "os" or "never"."""
        query = (
            "SELECT phase, CASE instr(gate, ':') WHEN 0 THEN gate ELSE substr(gate, 1, instr(gate, ':') - 1) END, "
            "type, count(DISTINCT unit.id) FROM key JOIN unit ON unit.id = key.unit GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        )
        return [*self._rows(query)]

    def names_by(self, phase: int | None = None, gate: str | None = None) -> list[tuple[str, int, str]]:
        """(name, phase, gate) of all units, or of those of a phase or with a condition."""
        query = (
            "SELECT name, phase, gate FROM unit JOIN key ON unit.id = key.unit "
            "WHERE (?1 IS NULL OR phase = ?1) AND (?2 IS NULL OR gate = ?2) GROUP BY unit.id ORDER BY unit.id"
        )
        return [*self._rows(query, [phase, gate])]

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM unit")[0][0])

    def directories(self) -> dict[str, int]:
        """When the directories of its rules were changed last, as `files.modified_directories` tells it."""
        return dict(self._rows("SELECT name, modified FROM directory"))

    def problems(self) -> list[Problem]:
        """What could not be loaded."""
        return [Problem(*row) for row in self._rows("SELECT * FROM problem ORDER BY rowid")]

    def _rows(self, query: str, values: Iterable[Any] = ()) -> list[Any]:
        try:
            return self._connection.execute(query, [*values]).fetchall()
        except (sqlite3.Error, UnicodeError) as error:  # the module decodes what SQLite says of a broken schema
            raise InvalidIndex(f"{self.name} is no index of rules: {error}") from None

    def _unit(self, name: str, kind: str, type_: str, file: str, line: int, body: bytes) -> Unit:
        with suppress(orjson.JSONDecodeError, TypeError, ValueError):
            should_include, match, run = orjson.loads(body)
            return Unit(name, kind, type_, should_include, match, run, file, line)
        raise InvalidIndex(f"{self.name} is damaged at {str(name)[:100]}; compile the rules again")


def _marks(values: Collection[Any]) -> str:
    return ",".join("?" * len(values))
