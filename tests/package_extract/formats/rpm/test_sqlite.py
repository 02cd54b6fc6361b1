import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from package_extract.errors import FormatError
from package_extract.formats.rpm import sqlite

SCHEMA = "CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)"


def read(content, wal=b""):
    problems = []
    return list(sqlite.headers(memoryview(content), problems.append, wal)), problems


def database(*statements, packages=()):
    with closing(sqlite3.connect(":memory:")) as connection:
        for statement in statements:
            connection.execute(statement)
        for package in packages:
            connection.execute("INSERT INTO Packages (blob) VALUES (?)", (package,))
        connection.commit()
        return connection.serialize()


def test_a_database_in_wal_mode_without_its_log(sample):
    content = bytearray(sample("sqlite"))
    wanted, _ = read(content)
    content[18:20] = b"\2\2"
    assert len(wanted) == 4
    assert read(content) == (wanted, [])


def test_the_log_is_read_with_the_database(tmp_path, monkeypatch):
    path = tmp_path / "rpmdb.sqlite"
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(SCHEMA)
    connection.execute("INSERT INTO Packages (blob) VALUES (x'01')")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("INSERT INTO Packages (blob) VALUES (x'02')")
    connection.execute("DELETE FROM Packages WHERE blob = x'01'")
    main, wal = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    connection.close()
    assert len(wal) > 4096
    assert read(main) == ([b"\1"], [])
    assert read(main, wal) == ([b"\2"], [])
    assert read(main, b"no log" * 100) == ([b"\1"], [])
    assert list(private.iterdir()) == []


def test_no_packages():
    assert read(database(SCHEMA)) == ([], [])


@pytest.mark.parametrize(
    "statements",
    [
        ("CREATE TABLE Other (x)",),
        ("CREATE TABLE secret (hnum INTEGER, blob BLOB)", "CREATE VIEW Packages AS SELECT hnum, blob FROM secret"),
        ("CREATE TABLE secret (x)", "CREATE VIEW Packages AS SELECT 1 AS hnum, randomblob(1000000) AS blob"),
    ],
    ids=["no table", "view of a table", "view of a function"],
)
def test_only_a_table_of_packages_is_read(statements):
    content = database(*statements)
    problems = []
    try:
        found = list(sqlite.headers(memoryview(content), problems.append))
    except FormatError as error:
        found, problems = [], [error]
    assert found == []
    assert problems


def test_a_package_that_is_no_blob_costs_only_itself():
    content = database("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob)", packages=[b"a", "text", b"", 5, b"b"])
    found, problems = read(content)
    assert found == [b"a", b"", b"b"]
    assert len(problems) == 2


def test_a_damaged_page_costs_only_its_packages():
    content = bytearray(database(SCHEMA, packages=[bytes([number]) * 3000 for number in range(50)]))
    page = content.find(bytes([25]) * 3000) // 4096 * 4096
    content[page : page + 8] = b"\xff" * 8
    found, problems = read(content)
    assert {blob[0] for blob in found} >= set(range(50)) - {24, 25, 26}
    assert problems


@pytest.mark.parametrize("size", [16, 100, 4096, 5000])
def test_a_database_that_was_cut(size):
    content = database(SCHEMA, packages=[bytes(3000)] * 50)[:size]
    problems = []
    try:
        found = list(sqlite.headers(memoryview(content), problems.append))
    except FormatError as error:
        found, problems = [], [error]
    assert len(found) < 50
    assert problems
