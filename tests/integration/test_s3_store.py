"""The store in S3 against a real Ceph gateway: what a directory does, and what happens when it goes away."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from package_extract.cache import open_cache
from package_extract.errors import AccessDenied, StoreFailed
from package_extract.layer.contents import LayerContents
from package_extract.store import open_store
from package_extract.store.documents import Documents
from tests.integration.servers import ceph

pytestmark = pytest.mark.integration

EXAMPLE = Path(__file__).resolve().parents[2] / "fixtures" / "example-image.tar"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with ceph(tmp_path_factory.mktemp("ceph")) as running:
        make_bucket(running.endpoint, "results")
        yield running


@pytest.fixture
def s3(server, monkeypatch):
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return server


def make_bucket(endpoint, name):
    """PUT Bucket, signed as AWS Signature Version 4 has it; the store's client cannot make buckets."""
    now, region = dt.datetime.now(dt.UTC), "us-east-1"
    date, host, empty = now.strftime("%Y%m%dT%H%M%SZ"), endpoint.removeprefix("http://"), hashlib.sha256().hexdigest()
    headers = {"host": host, "x-amz-content-sha256": empty, "x-amz-date": date}
    signed = ";".join(headers)
    request = "\n".join(
        ["PUT", f"/{name}", "", *(f"{key}:{value}" for key, value in headers.items()), "", signed, empty]
    )
    scope = f"{date[:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = b"AWS4sk"
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential=ak/{scope}, SignedHeaders={signed}, Signature={signature}"
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/{name}", method="PUT", headers=headers)).close()


def test_create_get_replace(s3):
    store = open_store("s3://results/first/")
    assert store.get("a/b") is None
    assert [*store.keys("a/")] == []
    assert store.create("a/b", b"one")
    assert not store.create("a/b", b"two")
    assert store.get("a/b") == b"one"
    store.replace("a/b", b"three")
    assert store.create("a/c/d", b"")
    assert store.get("a/b") == b"three"
    assert store.get("a/c/d") == b""
    assert sorted(store.keys("a/")) == ["a/b", "a/c/d"]
    assert [*open_store("s3://results/other").keys("a/")] == []
    assert [*open_store("s3://results").keys("first/a/c/")] == ["first/a/c/d"]


def test_one_writer_wins(s3):
    won, barrier = [], threading.Barrier(8)

    def write(number):
        store = open_store("s3://results/race")
        barrier.wait()
        if store.create("key", str(number).encode() * 10_000):
            won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert open_store("s3://results/race").get("key") == str(won[0]).encode() * 10_000


def test_more_keys_than_a_page(s3):
    store = open_store("s3://results/many")
    for number in range(1100):
        store.create(f"documents/{number}.json", b"{}")
    assert sorted(Documents(store).ids(), key=int) == [str(number) for number in range(1100)]


def test_facts_of_layers(s3):
    contents = LayerContents(nodes={b"a": (1, 2)}, facts={"x": {b"a": (1, [b"2"])}})
    open_cache("s3://results/cache", "f").put("sha256:1", contents)
    assert open_cache("s3://results/cache", "f").get("sha256:1") == contents
    assert open_cache("s3://results/cache", "f").get("sha256:2") is None


def test_refused(s3, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(AccessDenied, match="AWS_ACCESS_KEY_ID"):
        open_store("s3://results/first").get("a/b")
    assert open_cache("s3://results/cache", "f").get("sha256:1") is None


def test_no_bucket(s3):
    with pytest.raises(StoreFailed, match="could not be written"):
        open_store("s3://missing/first").create("a", b"")


def batch(*arguments, **environment):
    command = [sys.executable, "-m", "package_extract", "batch", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


def test_a_batch_with_documents_and_facts_in_it(s3, tmp_path):
    (tmp_path / "images.csv").write_text("".join(["reference,id\n", *(f"{EXAMPLE},image{n}\n" for n in range(4))]))
    place = "s3://results/batch"
    done = batch(tmp_path / "images.csv", "--store", place, "--cache-dir", place, "--workers", 2)
    assert done.returncode == 0, done.stderr
    images = json.loads(done.stdout)["images"]
    assert sum(image["cache"]["misses"] for image in images) == 3
    documents = Documents(open_store(place))
    assert sorted(documents.ids()) == ["image0", "image1", "image2", "image3"]
    assert [*documents.by_digest(images[0]["digest"])] == ["image0", "image1", "image2", "image3"]
    assert json.loads(documents.get("image2"))["image"]["digest"] == images[0]["digest"]
    again = batch(tmp_path / "images.csv", "--store", place, "--cache-dir", place)
    assert json.loads(again.stdout)["outcomes"] == {"present": 4}


def test_two_machines_read_each_layer_once(s3, tmp_path):
    """They share nothing but the store: each has scratch directories of its own."""
    (tmp_path / "images.csv").write_text("".join(["reference,id\n", *(f"{EXAMPLE},image{n}\n" for n in range(6))]))
    place, running = "s3://results/fleet", []
    for shard in ("0/2", "1/2"):
        scratch = tmp_path / shard.replace("/", "-")
        scratch.mkdir()
        command = [sys.executable, "-m", "package_extract", "batch", str(tmp_path / "images.csv"), "--store", place,
                   "--cache-dir", place, "--shard", shard]  # fmt: skip
        environment = {**os.environ, "TMPDIR": str(scratch)}
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))
    summaries = [json.loads(process.communicate()[0]) for process in running]
    assert [summary["outcomes"] for summary in summaries] == [{"done": 3}, {"done": 3}]
    assert sum(image["cache"]["misses"] for summary in summaries for image in summary["images"]) == 3


def test_a_gateway_that_goes_away_and_comes_back(s3, tmp_path):
    """The batch has begun when it goes; what was being written then is tried again."""
    (tmp_path / "images.csv").write_text("".join(["reference,id\n", *(f"{EXAMPLE},image{n}\n" for n in range(8))]))
    command = [sys.executable, "-m", "package_extract", "batch", str(tmp_path / "images.csv"), "--workers", "2", "-v",
               "--store", "s3://results/away", "--retries", "10", "-o", str(tmp_path / "summary.json")]  # fmt: skip
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    first = running.stderr.readline()
    s3.stop()
    time.sleep(2)
    s3.start()
    _, rest = running.communicate(timeout=300)
    assert running.returncode == 0, first + rest
    assert sorted(Documents(open_store("s3://results/away")).ids()) == [f"image{number}" for number in range(8)]


def test_nobody_there(s3, tmp_path):
    (tmp_path / "images.txt").write_text(f"{EXAMPLE}\n")
    started = time.monotonic()
    done = batch(tmp_path / "images.txt", "--store", "s3://results/x", AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert done.returncode == 1
    assert done.stderr.startswith("package-extract: the store s3://results/x could not be read")
    assert done.stderr.count("\n") == 1
    assert time.monotonic() - started < 60
