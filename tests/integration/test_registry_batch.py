"""Batches over a real registry: every layer crosses the network once, and nothing outlives its image."""

from __future__ import annotations

import collections
import gzip
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from package_extract.image import open_image
from package_extract.image.options import OpenOptions
from tests.integration.images import require
from tests.integration.servers import registry, until
from tests.package_extract.conftest import layer_tar

pytestmark = pytest.mark.integration

BASES = [{f"usr/share/base{number}": os.urandom(2_000_000)} for number in range(3)]
IMAGES = 8


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def write_layout(folder, *layers):
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(data, kind):
        (blobs / sha256(data)[7:]).write_bytes(data)
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": sha256(data), "size": len(data)}

    tars = [layer_tar(layer) for layer in layers]
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [*map(sha256, tars)]}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": put(json.dumps(config).encode(), "config.v1+json"),
        "layers": [put(gzip.compress(tar, 1, mtime=0), "layer.v1.tar+gzip") for tar in tars],
    }
    entry = put(json.dumps(manifest).encode(), "manifest.v1+json")
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    return [layer["digest"] for layer in manifest["layers"]]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A registry, its log, its images, and for each of those the digests of its layers."""
    require("skopeo")
    folder = tmp_path_factory.mktemp("registry")
    with registry(folder) as (address, log):
        images = {}
        for number in range(IMAGES):
            digests = write_layout(folder / str(number), *BASES, {"srv/own": b"%d" % number})
            reference = f"docker://{address}/team/app:{number}"
            copy = ["skopeo", "copy", "--quiet", "--dest-tls-verify=false", f"oci:{folder / str(number)}", reference]
            subprocess.run(copy, check=True)
            images[reference] = digests
        yield address, log, images


@pytest.fixture
def batch(tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))

    def start(references, *options):
        (tmp_path / "images.json").write_text(json.dumps(references))
        command = [sys.executable, "-m", "package_extract", "batch", tmp_path / "images.json", "--store",
                   tmp_path / "store", "--cache-dir", tmp_path / "cache", "--no-tls-verify", *options]  # fmt: skip
        return subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    yield start
    until(lambda: not working_in(scratch), "the end of all that worked in the scratch directory", 15)
    assert os.listdir(scratch) == []


def working_in(folder):
    """Processes whose command line names the folder: skopeo, as soon as it runs."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if f"{folder}/".encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def fetched(log, since):
    text = log.read_bytes()[since:].decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if "http.request.method=GET" in line and "response completed" in line]
    return collections.Counter(re.findall(r"/blobs/(sha256:[0-9a-f]{64})", "\n".join(lines)))


def test_each_layer_crosses_the_network_once(served, batch):
    _, log, images = served
    since = log.stat().st_size
    done = batch([*images], "--workers", "3")
    out, err = done.communicate()
    assert done.returncode == 0, err
    counts = fetched(log, since)
    layers = {digest for digests in images.values() for digest in digests}
    assert len(layers) == len(BASES) + IMAGES
    assert {digest: counts[digest] for digest in layers} == dict.fromkeys(layers, 1)
    summary = json.loads(out)
    assert sum(image["cache"]["misses"] for image in summary["images"]) == len(layers)
    assert 6_000_000 < summary["bytes_read"] < 6_100_000


def test_a_layer_that_was_left_out_is_fetched_when_it_is_opened(served, tmp_path):
    _, log, images = served
    reference, digests = next(iter(images.items()))
    since = log.stat().st_size
    options = OpenOptions(tls_verify=False, scratch=str(tmp_path), needed=lambda _: {digests[3]})
    with open_image(reference, options) as image:
        for number in (3, 1, 0):
            stream, hashed, buffer = image.layers[number].open(), hashlib.sha256(), memoryview(bytearray(1 << 20))
            while count := stream.readinto(buffer):
                hashed.update(buffer[:count])
            stream.close()
            assert f"sha256:{hashed.hexdigest()}" == digests[number]
    counts = fetched(log, since)
    assert [counts[digest] for digest in digests] == [1, 1, 0, 1]
    assert os.listdir(tmp_path) == []


def test_an_image_of_known_layers_fetches_none(served, tmp_path):
    _, log, images = served
    since = log.stat().st_size
    options = OpenOptions(tls_verify=False, scratch=str(tmp_path), needed=lambda _: set())
    with open_image(next(iter(images)), options) as image:
        assert len(image.layers) == 4
    assert not fetched(log, since).keys() & set(next(iter(images.values())))


@pytest.fixture
def silent():
    """The address of a registry that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        connections = []

        def accept():
            while True:
                try:
                    connections.append(listening.accept())
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"docker://127.0.0.1:{listening.getsockname()[1]}/app:1"
        listening.shutdown(socket.SHUT_RDWR)
        for connection, _ in connections:
            connection.close()


def test_a_registry_that_never_answers_takes_its_time_and_no_more(served, batch, silent):
    _, _, images = served
    started = time.monotonic()
    done = batch([silent, next(iter(images))], "--timeout", "6")
    out, _ = done.communicate()
    assert time.monotonic() - started < 40
    assert [image["outcome"] for image in json.loads(out)["images"]] == ["timeout", "done"]
    assert done.returncode == 1


def test_nothing_outlives_a_killed_image(batch, silent, tmp_path):
    done = batch([silent], "--retries", "0")
    until(lambda: working_in(tmp_path / "scratch"), "skopeo")
    (image,) = children_of(done.pid)
    os.kill(image, signal.SIGKILL)
    out, _ = done.communicate(timeout=30)
    assert json.loads(out)["images"][0]["outcome"] == "killed"
    assert working_in(tmp_path / "scratch") == []


def children_of(parent):
    """The child processes of a process."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_nothing_outlives_a_killed_batch(batch, silent, tmp_path):
    killed = batch([silent])
    until(lambda: working_in(tmp_path / "scratch"), "skopeo")
    killed.kill()
    killed.communicate()
    until(lambda: not working_in(tmp_path / "scratch"), "the end of skopeo", 15)
    batch([]).communicate()  # sweeps the directory that the killed one left


def test_told_to_stop_while_it_waits_for_a_registry(batch, silent, tmp_path):
    running = batch([silent])
    until(lambda: working_in(tmp_path / "scratch"), "skopeo")
    running.terminate()
    out, _ = running.communicate(timeout=20)
    assert running.returncode == 143
    assert json.loads(out)["outcomes"] == {"abandoned": 1}


def test_what_is_not_there(served, batch):
    address, _, _ = served
    references = [f"docker://{address}/team/app:none", "docker://127.0.0.1:9/team/app:1", "docker://me:pw@UPPER/x y"]
    done = batch(references, "--retries", "0", "--timeout", "60")
    out, err = done.communicate()
    images = json.loads(out)["images"]
    assert [image["exit_code"] for image in images] == [3, 1, 2]
    assert "refused" in images[1]["error"]
    assert "pw" not in out + err
    assert done.returncode == 1
