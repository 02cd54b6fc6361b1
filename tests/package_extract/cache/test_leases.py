"""Layers that several machines want at once, which share nothing but a store."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from package_extract.cache import entry_key, leases, open_cache, open_claims
from package_extract.cache.layers import KnownLayers
from package_extract.cache.leases import Leases
from package_extract.layer.contents import LayerContents
from package_extract.store import open_store

ONE = LayerContents(size=1)
OTHER = """
import sys
from package_extract.cache import leases, open_cache, open_claims
from package_extract.cache.layers import KnownLayers
from package_extract.layer.contents import LayerContents
leases.LEASE_SECONDS, leases.PROLONGED_EVERY = 2.0, 0.3
layers = KnownLayers(open_cache(sys.argv[1], "f"), open_claims(sys.argv[1], "f", None))
print(*sorted(layers.needed(["sha256:a", "sha256:b"])), flush=True)
sys.stdin.readline()
layers.keep("sha256:a", LayerContents(size=1))
layers.close()
print("kept", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(leases, "LEASE_SECONDS", 2.0)
    monkeypatch.setattr(leases, "PROLONGED_EVERY", 0.3)
    monkeypatch.setattr(leases, "POLL_SECONDS", 0.05)


@pytest.fixture
def place(tmp_path):
    return f"file://{tmp_path}/store"


@pytest.fixture
def other(place):
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "sha256:a sha256:b\n"
    yield process
    process.kill()
    process.communicate()


def known(place):
    return KnownLayers(open_cache(place, "f"), open_claims(place, "f", None))


def test_what_another_machine_reads_is_waited_for_as_long_as_it_lives(place, other):
    layers = known(place)
    assert layers.needed(["sha256:a", "sha256:b", "sha256:c"]) == {"sha256:c"}
    time.sleep(3)  # longer than a lease that nobody prolongs
    assert known(place).needed(["sha256:a"]) == set()
    other.stdin.write("go\n")
    other.stdin.flush()
    assert layers.wait("sha256:a") == ONE
    assert other.stdout.readline() == "kept\n"
    assert layers.wait("sha256:b") is None  # given up by the other one when it closed
    layers.keep("sha256:b", ONE)
    layers.close()
    assert known(place).known("sha256:b") == ONE


def test_what_a_killed_machine_was_reading_is_read_here_a_while_later(place, other):
    layers = known(place)
    assert layers.needed(["sha256:a"]) == set()
    os.kill(other.pid, signal.SIGKILL)
    started = time.monotonic()
    assert layers.wait("sha256:a") is None
    assert time.monotonic() - started < 10
    layers.close()


def test_whoever_has_other_analyzers_does_not_wait(place, other):
    layers = KnownLayers(open_cache(place, "g"), open_claims(place, "g", None))
    assert layers.needed(["sha256:a"]) == {"sha256:a"}
    layers.close()


@pytest.mark.parametrize("text", [b"", b"0", b"soon", b"9" * 30, b"9" * 1000, b"\xff", b"-1"])
def test_what_is_no_lease_stops_nobody(place, text):
    store = open_store(place)
    store.create(f"leases/{entry_key('sha256:a', 'f')}", text)
    claims = Leases(store, "f", None)
    assert claims.take("sha256:a")
    assert not Leases(store, "f", None).take("sha256:a")
    claims.close()
    again = Leases(store, "f", None)
    assert again.take("sha256:a")
    again.close()


def test_a_store_that_fails_stops_nobody(tmp_path):
    (tmp_path / "file").write_text("")
    claims = open_claims(f"file://{tmp_path}/file", "f", None)
    assert claims.take("sha256:a")
    assert claims.take("sha256:a", wait=True)
    claims.release("sha256:a")
    claims.close()
