"""A store in a directory: whole or not at all, and of several writers one."""

from __future__ import annotations

import os
import subprocess
import threading
import time

import pytest

from package_extract.errors import StoreFailed
from package_extract.store import open_store
from package_extract.store.directory import INCOMING, SWEPT_AFTER, Directory


def test_create_get_replace(tmp_path):
    store = Directory(str(tmp_path / "new" / "store"))
    assert store.get("a/b") is None
    assert [*store.keys("a/")] == []
    assert store.create("a/b", b"one")
    assert not store.create("a/b", b"two")
    assert store.get("a/b") == b"one"
    store.replace("a/b", b"three")
    assert store.get("a/b") == b"three"
    assert store.create("a/c/d", b"")
    assert store.create("e", b"x")
    assert sorted(store.keys("a/")) == ["a/b", "a/c/d"]
    assert [*store.keys("a/c/")] == ["a/c/d"]
    assert os.listdir(tmp_path / "new" / "store" / INCOMING) == []


@pytest.mark.parametrize("key", ["../a", "a/../../b", "/a", "a//b", ".", "", f"{INCOMING}/x"])
def test_no_key_leads_out(tmp_path, key):
    with pytest.raises(StoreFailed, match="no key"):
        Directory(str(tmp_path / "store")).create(key, b"")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_one_writer_wins(tmp_path):
    won, barrier = [], threading.Barrier(8)

    def write(number):
        store = Directory(str(tmp_path))
        barrier.wait()
        if store.create("key", str(number).encode() * 100_000):
            won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert Directory(str(tmp_path)).get("key") == str(won[0]).encode() * 100_000


def test_what_killed_writers_left_is_no_part_of_it_and_goes(tmp_path):
    incoming = tmp_path / INCOMING
    incoming.mkdir()
    old, new = incoming / "1.old", incoming / "2.new"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, time.time() - SWEPT_AFTER - 1))
    store = Directory(str(tmp_path))
    store.create("a/b", b"")
    assert not old.exists()
    assert new.exists()
    assert [*store.keys("a/")] == ["a/b"]


def test_a_place_that_is_none(tmp_path):
    (tmp_path / "file").write_text("")
    store = Directory(str(tmp_path / "file"))
    with pytest.raises(StoreFailed, match=r"could not be written: (Not a directory|File exists)"):
        store.create("a", b"")
    with pytest.raises(StoreFailed, match="could not be read"):
        list(store.keys("documents/"))


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system")
def test_a_full_disk_shows_nothing_half_written(tmp_path):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)], check=False)
    if mounted.returncode:
        pytest.skip("no mounts here")
    try:
        store = open_store(f"file://{tmp_path}/store")
        assert store.create("documents/small.json", b"x" * 4096)
        with pytest.raises(StoreFailed, match="No space left"):
            store.create("documents/large.json", b"x" * 100_000)
        assert [*store.keys("documents/")] == ["documents/small.json"]
        assert os.listdir(tmp_path / "store" / INCOMING) == []
        assert store.create("documents/other.json", b"y" * 4096)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
