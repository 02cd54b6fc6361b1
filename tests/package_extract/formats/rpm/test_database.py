"""What holds for every kind of database: real ones are read to the last field, broken ones are survived."""

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from package_extract.formats.rpm import database
from package_extract.formats.rpm.file_list import paths
from package_extract.formats.rpm.package import utc

SAMPLES = {"bdb-little": "bdb", "bdb-big": "bdb", "bdb-inline": "bdb", "ndb": "ndb", "sqlite": "sqlite"}


def read(content, kind=None):
    problems = []
    view = memoryview(content)
    kind = kind or database.backend(view)
    return list(database.packages(view, kind, problems.append)), problems


def as_rpm_says(rows):
    """Rows of rpm in the form of ours; rpm's own files are those that it installed."""
    return sorted(
        (
            {
                **row,
                "install_time": utc(row["install_time"]),
                "files": [file.split("\t")[1] for file in row["files"] if file.startswith("normal")],
            }
            for row in rows
        ),
        key=lambda row: row["name"],
    )


@pytest.mark.parametrize(("name", "kind"), SAMPLES.items())
def test_equal_to_what_rpm_says(sample, expected, name, kind):
    content = sample(name)
    assert database.backend(memoryview(content)) == kind
    found, problems = read(content)
    assert problems == []
    rows = sorted(({**row, "files": paths(files, 1 << 20)} for row, files in found), key=lambda row: row["name"])
    wanted = as_rpm_says(expected)
    if name == "ndb":  # installed by another run of rpm, and without the key
        wanted = [row for row in wanted if row["name"] != "gpg-pubkey"]
        rows, wanted = ([{**row, "install_time": None} for row in part] for part in (rows, wanted))
    assert rows == wanted


@pytest.mark.parametrize("head", [b"", b"Package: bash\nVersion: 5\n", b"\x7fELF" + bytes(60), bytes(4096)])
def test_what_is_no_database(head):
    assert database.backend(memoryview(head)) is None


@pytest.mark.parametrize(("name", "kind"), SAMPLES.items())
@settings(deadline=2000, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1 << 32), changes=st.integers(1, 40), cut=st.floats(0, 1) | st.just(1.0))
def test_broken_databases_are_survived(sample, name, kind, seed, changes, cut):
    chance = random.Random(seed)
    content = bytearray(sample(name))
    for _ in range(changes):
        place = chance.randrange(min(len(content), chance.choice((64, 512, 8192, len(content)))))
        content[place] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
    found, problems = read(content[: int(cut * len(content))], kind)
    assert len(found) <= 20 + len(problems)


@pytest.mark.parametrize("kind", ["bdb", "ndb", "sqlite"])
@given(content=st.binary(max_size=200))
def test_noise_is_a_problem(kind, content):
    found, problems = read(content, kind)
    assert found == []
    assert problems


@pytest.mark.parametrize(("name", "kind"), SAMPLES.items())
def test_half_a_database_is_a_problem(sample, name, kind):
    content = sample(name)
    found, problems = read(content[: len(content) // 2], kind)
    assert problems
    assert len(found) < 4


def test_packages_with_endless_dependencies_are_not_all_read(sample, monkeypatch):
    monkeypatch.setattr(database, "MAX_DEPENDENCIES", 3)
    found, problems = read(sample("ndb"))
    assert len(found) == 1
    assert [problem.code for problem in problems] == ["limit"]


def test_reading_is_quick(sample):
    content = sample("bdb-little")
    started = time.perf_counter()
    read(content)
    assert time.perf_counter() - started < 0.5
