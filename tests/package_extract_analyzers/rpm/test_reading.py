import marshal
from types import SimpleNamespace

import pytest

from package_extract.errors import FormatError
from package_extract_analyzers.rpm import Rpm, reading


def layer_file(path, content, size=None):
    size = len(content) if size is None else size
    return SimpleNamespace(path=path, size=size, mode=0o644, content=memoryview(content))


@pytest.mark.parametrize(
    ("name", "path"),
    [("bdb-big", "var/lib/rpm/Packages"), ("ndb", "x/Packages.db"), ("sqlite", "usr/share/rpm/rpmdb.sqlite")],
)
def test_a_fact_is_plain_data(sample, name, path):
    fact = Rpm().read(layer_file(path, sample(name)))
    assert fact["packages"]
    assert fact["problems"] == []
    assert marshal.loads(marshal.dumps(fact)) == fact


@pytest.mark.parametrize("path", ["var/lib/apt/lists/Packages", "Packages", "srv/repo/Packages.db"])
def test_a_namesake_elsewhere_says_nothing(path):
    assert Rpm().read(layer_file(path, b"Package: bash\nVersion: 5.2\n")) is None


@pytest.mark.parametrize("content", [b"", b"invalid", bytes(8192)])
@pytest.mark.parametrize("path", ["var/lib/rpm/Packages", "opt/root/usr/lib/sysimage/rpm/rpmdb.sqlite"])
def test_what_is_no_database_in_rpms_own_place_is_a_problem(path, content):
    with pytest.raises(FormatError) as raised:
        Rpm().read(layer_file(path, content))
    assert raised.value.code == "not-a-database"


def test_a_log_is_known_only_if_there_is_something_in_it():
    assert Rpm().read(layer_file("var/lib/rpm/rpmdb.sqlite-wal", b"")) is None
    assert Rpm().read(layer_file("var/lib/rpm/rpmdb.sqlite-wal", bytes(100))) == {"wal": 100}


def test_manifests_are_read_in_their_place_only():
    line = b"a\t1-2\t1\t1\tv\t(none)\t5\tnoarch\t0\ta.src.rpm\n"
    assert Rpm().read(layer_file("home/container-manifest-2", line)) is None
    fact = Rpm().read(layer_file("var/lib/rpmmanifest/container-manifest-2", line + b"x"))
    assert [package["name"] for package, _ in fact["packages"]] == ["a"]
    assert len(fact["problems"]) == 1


def test_only_databases_are_asked_for_whole(sample):
    head = memoryview(sample("ndb"))
    assert list(Rpm().ranges(head, 1 << 25)) == [(0, 1 << 25)]
    assert list(Rpm().ranges(head, reading.MAX_SIZE + 1)) == []
    assert list(Rpm().ranges(memoryview(bytes(64)), 1 << 25)) == []


def test_a_database_beyond_all_bounds_is_refused(sample):
    with pytest.raises(FormatError) as raised:
        Rpm().read(layer_file("var/lib/rpm/Packages.db", sample("ndb"), size=reading.MAX_SIZE + 1))
    assert raised.value.code == "limit"


def test_problems_are_counted_and_not_all_listed():
    fact = Rpm().read(layer_file("var/lib/rpmmanifest/container-manifest-1", b"prose here\n" * 100))
    assert len(fact["problems"]) == 21
    assert fact["problems"][-1] == ("corrupt", "80 more parts cannot be read")
