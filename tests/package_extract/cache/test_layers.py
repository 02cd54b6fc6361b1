"""Layers that several processes want at once: read by one, waited for by the others, and never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from package_extract.cache.claims import ProcessClaims
from package_extract.cache.directory import DirectoryCache
from package_extract.cache.layers import KnownLayers
from package_extract.layer.contents import LayerContents

ONE, TWO = LayerContents(size=1), LayerContents(size=2)
OTHER = """
import sys, time
from package_extract.cache.claims import ProcessClaims
from package_extract.cache.directory import DirectoryCache
from package_extract.cache.layers import KnownLayers
from package_extract.layer.contents import LayerContents
layers = KnownLayers(DirectoryCache(sys.argv[1], "f"), ProcessClaims(sys.argv[1] + "/claims"))
print(*sorted(layers.needed(["a", "b"])), flush=True)
if sys.stdin.readline():
    time.sleep(0.3)
    layers.keep("a", LayerContents(size=1))
    layers.keep("b", LayerContents(size=2))
    sys.stdin.readline()
"""


def known(tmp_path):
    return KnownLayers(DirectoryCache(str(tmp_path), "f"), ProcessClaims(f"{tmp_path}/claims"))


@pytest.fixture
def other(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "a b\n"
    yield process
    process.kill()
    process.communicate()


def test_alone(tmp_path):
    layers = known(tmp_path)
    assert layers.needed(["a", "b", "a"]) == {"a", "b"}
    assert not layers.is_elsewhere("a")
    layers.keep("a", ONE)
    assert layers.known("a") == ONE
    assert layers.needed(["a", "b"]) == {"b"}
    layers.close()
    assert known(tmp_path).needed(["a", "b"]) == {"b"}


def test_without_a_cache():
    layers = KnownLayers(None, None)
    assert layers.needed(["a"]) == {"a"}
    layers.keep("a", ONE)
    assert layers.known("a") is None
    assert layers.known(None) is None


def test_what_another_process_reads_is_waited_for(tmp_path, other):
    layers = known(tmp_path)
    assert layers.needed(["a", "b", "c"]) == {"c"}
    assert layers.is_elsewhere("a")
    other.stdin.write("go\n")
    other.stdin.flush()
    started = time.monotonic()
    assert (layers.wait("a"), layers.wait("b")) == (ONE, TWO)
    assert time.monotonic() - started < 5


def test_what_a_killed_process_was_reading_is_read_here(tmp_path, other):
    layers = known(tmp_path)
    assert layers.needed(["a", "b"]) == set()
    os.kill(other.pid, signal.SIGKILL)
    assert layers.wait("a") is None
    layers.keep("a", ONE)
    assert layers.wait("b") is None
    assert known(tmp_path).known("a") == ONE


def test_where_claims_cannot_be_kept_everybody_reads(tmp_path):
    (tmp_path / "file").write_text("")
    claims = ProcessClaims(f"{tmp_path}/file/claims")
    assert claims.take("a")
    assert claims.take("a", wait=True)
    claims.release("a")
    claims.close()
