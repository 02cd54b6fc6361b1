"""Facts kept between runs: whole, undamaged, and only for what they were made from."""

from __future__ import annotations

import os
import threading

from hypothesis import given
from hypothesis import strategies as st

from package_extract.cache import fingerprint
from package_extract.cache.directory import DirectoryCache, decoded, encoded
from package_extract.layer.contents import LayerContents
from package_extract.layer.limits import Limits
from package_extract.plugin import FilePatterns

CONTENTS = LayerContents(nodes={b"a": None, b"b": (1, 2)}, facts={"x": {b"b": [1, "two", b"three"]}}, entries=2, size=9)


class One:
    name, version, wants = "one", 1, FilePatterns(paths=("a",))


def test_put_and_get(tmp_path):
    cache = DirectoryCache(str(tmp_path / "new"), "f")
    assert cache.get("sha256:1") is None
    cache.put("sha256:1", CONTENTS)
    assert cache.get("sha256:1") == CONTENTS
    assert cache.get("sha256:2") is None
    assert DirectoryCache(str(tmp_path / "new"), "g").get("sha256:1") is None


def test_what_the_facts_depend_on():
    class Two(One):
        version = 2

    class Options(One):
        options = {"symbols": True}

    class Wants(One):
        wants = FilePatterns(paths=("b",))

    prints = [fingerprint([kind()], Limits()) for kind in (One, Two, Options, Wants)]
    prints += [fingerprint([], Limits()), fingerprint([One()], Limits(ratio=5)), fingerprint([One(), Two()], Limits())]
    assert len(set(prints)) == len(prints)
    assert fingerprint([One(), Two()], Limits()) == fingerprint([Two(), One()], Limits())


def test_a_damaged_entry_is_written_anew(tmp_path):
    cache = DirectoryCache(str(tmp_path), "f")
    cache.put("sha256:1", CONTENTS)
    (entry,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    entry.write_bytes(entry.read_bytes()[:-3])
    assert cache.get("sha256:1") is None
    cache.put("sha256:1", CONTENTS)
    assert cache.get("sha256:1") == CONTENTS


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    cache = DirectoryCache(str(tmp_path / "file"), "f")
    cache.put("sha256:1", CONTENTS)
    assert cache.get("sha256:1") is None


def test_writers_at_once(tmp_path):
    def work():
        for number in range(20):
            cache = DirectoryCache(str(tmp_path), "f")
            cache.put(f"sha256:{number}", CONTENTS)
            assert cache.get(f"sha256:{number}") == CONTENTS

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(files) for _, _, files in os.walk(tmp_path)) == 20


@given(st.binary(max_size=200), st.integers(0, 300))
def test_damage_is_noticed(noise, place):
    data = bytearray(encoded(CONTENTS))
    data[place : place + len(noise)] = noise
    assert decoded(bytes(data)) in (None, CONTENTS)
    assert decoded(noise) is None
