import sqlite3
from pathlib import Path

MANIFEST = b"vim\t9.0-1\t1653816591\t1653753130\tMicrosoft\t2\t45000\tx86_64\t2\tvim-9.0-1.src.rpm\n"


def names(section):
    return [package["name"] for package in section["packages"]]


def test_nothing_of_rpm(analyze):
    section, image = analyze({})
    assert section == {"databases": [], "packages": []}
    assert image.problems == []


def test_a_database_becomes_a_section(analyze, sample):
    section, image = analyze({"var/lib/rpm/Packages": sample("bdb-little")})
    assert section["databases"] == [{"path": "var/lib/rpm/Packages", "backend": "bdb", "packages": 4}]
    assert names(section) == ["gpg-pubkey", "sample", "sample-files", "sample-plain"]
    assert image.problems == []


def test_files_have_their_owner(analyze, sample):
    _, image = analyze({"var/lib/rpm/Packages": sample("bdb-little")})
    owner = {"type": "rpm", "name": "sample-plain", "version": "2:1.4-3.el9"}
    assert image.owners["usr/lib/python3/site-packages/plain.py"] == owner
    assert image.owners["usr/share/sample/ünicode/file-7"]["name"] == "sample-files"


def test_the_files_of_another_root_are_below_it(analyze, sample):
    _, image = analyze({"mnt/root/usr/share/rpm/Packages": sample("bdb-little")})
    assert "mnt/root/usr/lib/python3/site-packages/plain.py" in image.owners


def test_a_database_in_no_known_place_owns_nothing(analyze, sample):
    section, image = analyze({"home/me/Packages": sample("bdb-little")})
    assert len(section["packages"]) == 4
    assert image.owners == {}


def test_packages_of_several_databases_are_listed_once(analyze, sample):
    files = {"usr/lib/sysimage/rpm/rpmdb.sqlite": sample("sqlite"), "var/lib/rpm/Packages": sample("bdb-big")}
    section, _ = analyze(files | {"var/lib/rpmmanifest/container-manifest-2": MANIFEST})
    assert [(database["path"], database["packages"]) for database in section["databases"]] == [
        ("usr/lib/sysimage/rpm/rpmdb.sqlite", 4),
        ("var/lib/rpm/Packages", 4),
    ]
    assert names(section) == ["gpg-pubkey", "sample", "sample-files", "sample-plain", "vim"]


def test_the_fuller_manifest_counts(analyze):
    place = "var/lib/rpmmanifest/container-manifest-"
    section, _ = analyze({f"{place}1": b"vim-9.0-1.x86_64\n", f"{place}2": MANIFEST})
    assert section["databases"] == []
    assert [package["size"] for package in section["packages"]] == [45000]
    assert names(analyze({f"{place}1": b"vim-9.0-1.x86_64\n"})[0]) == ["vim"]


def test_the_good_packages_of_a_damaged_database_are_kept(analyze, sample):
    content = bytearray(sample("ndb"))
    content[-40] ^= 0xFF
    section, image = analyze({"var/lib/rpm/Packages.db": bytes(content)})
    assert len(section["packages"]) == 2
    assert [(one["code"], one["path"]) for one in image.problems] == [("checksum", "var/lib/rpm/Packages.db")]


def test_an_sqlite_database_is_read_with_its_log(analyze, sample, tmp_path):
    path = tmp_path / "rpmdb.sqlite"
    path.write_bytes(sample("sqlite"))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("DELETE FROM Packages WHERE hnum = (SELECT max(hnum) FROM Packages)")
    wal = Path(f"{path}-wal").read_bytes()
    main = path.read_bytes()
    connection.close()
    place = "var/lib/rpm/rpmdb.sqlite"
    section, image = analyze({place: main, f"{place}-wal": wal})
    assert section["databases"] == [{"path": place, "backend": "sqlite", "packages": 3}]
    assert image.problems == []
    assert len(analyze({place: main})[0]["packages"]) == 4


def test_a_log_that_is_gone_is_a_problem(analyze, sample):
    place = "var/lib/rpm/rpmdb.sqlite"
    files = {place: sample("sqlite"), f"{place}-wal": bytes(100)}
    section, image = analyze(files)
    assert (len(section["packages"]), image.problems) == (4, [])
    section, image = analyze(files, gone=[f"{place}-wal"])
    assert len(section["packages"]) == 4
    assert [(one["code"], one["path"]) for one in image.problems] == [("wal-not-read", f"{place}-wal")]
