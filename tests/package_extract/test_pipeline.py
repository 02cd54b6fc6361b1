"""The whole way through, on small images."""

from __future__ import annotations

import gzip
import os
import threading

import pytest

from package_extract import AnalyzeOptions, Document, analyze
from package_extract.discovery import UnknownAnalyzer
from package_extract.errors import DigestMismatch
from package_extract.pipeline import run

STATUS = b"Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\nDescription: x\n"
METADATA = b"Metadata-Version: 2.1\nName: %b\nVersion: %b\n"
SITE = "usr/lib/python3.11/site-packages"


def dist(name, version):
    return {f"{SITE}/{name}-{version}.dist-info/METADATA": METADATA % (name.encode(), version.encode())}


BASE = {
    "etc": None,
    "usr/lib/os-release": b"ID=debian\nVERSION_ID=12\n",
    "etc/os-release": "../usr/lib/os-release",
    "var/lib/dpkg/status": STATUS,
    **dist("first", "1"),
    **dist("second", "1"),
}
UPPER = {
    f"{SITE}/.wh.first-1.dist-info": b"",
    **dist("third", "3"),
    "var/lib/dpkg/info/a.list": f"/.\n/{SITE}/third-3.dist-info/METADATA\n".encode(),
}


def without_run(document):
    return {key: value for key, value in document.items() if key != "run"}


def gzipped(path):
    data = path.read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else b""


def names(document):
    environments = document["results"]["python_packages"]["environments"]
    return [package["name"] for environment in environments for package in environment["packages"]]


def test_layers_are_squashed_and_joined_with_their_owners(layout):
    document = run(layout(BASE, UPPER))
    assert document["results"]["os_release"]["id"] == "debian"
    assert names(document) == ["second", "third"]
    third = document["results"]["python_packages"]["environments"][0]["packages"][1]
    assert third["owner"] == {"type": "deb", "name": "a", "version": "1"}
    assert third["layer"] == 1
    assert document["problems"] == []
    assert [layer["entries"] for layer in document["image"]["layers"]] == [len(BASE), len(UPPER)]
    Document.model_validate(document)


def test_the_result_is_the_same_whoever_reads_the_layers(layout, tmp_path):
    image = layout(BASE, UPPER, {"x/large": bytes(1 << 15)}, dist("fourth", "4"))
    alone = without_run(run(image))
    (directory,) = alone["image"]["layers"][2]["directories"]
    assert directory == {"path": "x", "owner": None, "size": 1 << 15, "files": 1}
    assert alone == without_run(run(image, AnalyzeOptions(jobs=3)))
    assert alone == without_run(run(image, AnalyzeOptions(verify="full", jobs=2)))
    cached = AnalyzeOptions(cache_dir=str(tmp_path / "cache"))
    first, second = run(image, cached), run(image, cached)
    assert (first["run"]["cache"], second["run"]["cache"]) == ({"hits": 0, "misses": 4}, {"hits": 4, "misses": 0})
    assert alone == without_run(first) == without_run(second)


def test_from_threads(layout):
    image = layout(BASE, UPPER)
    documents = []

    def work():
        documents.append(analyze(image))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(documents) == 4
    assert all(document.image == documents[0].image for document in documents)


def test_only_the_analyzers_asked_for_are_shown_and_those_they_build_on_run(layout):
    document = run(layout(BASE, UPPER), AnalyzeOptions(analyzers=("python_packages",)))
    assert list(document["results"]) == ["python_packages"]
    third = document["results"]["python_packages"]["environments"][0]["packages"][1]
    assert third["owner"]["name"] == "a"
    with pytest.raises(UnknownAnalyzer, match="no analyzer nonsense; installed are "):
        run(layout(BASE, name="other"), AnalyzeOptions(analyzers=("nonsense",)))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_wrong_digest_is_fatal_in_worker_processes_too(layout, tmp_path, jobs):
    image = layout(BASE, UPPER)
    blobs = tmp_path / "image/blobs/sha256"
    base = next(path for path in blobs.iterdir() if b"Package: a" in gzipped(path))
    data = bytearray(base.read_bytes())
    data[-5] ^= 1
    base.write_bytes(data)
    with pytest.raises(DigestMismatch, match=r"layer 1 \(sha256:.*is not what its digest says"):
        run(image, AnalyzeOptions(jobs=jobs))


def descriptors_and_children():
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return set(os.listdir("/proc/self/fd")), file.read().split()


def test_workers_leave_nothing_behind(layout):
    before = descriptors_and_children()
    run(layout(BASE, UPPER), AnalyzeOptions(jobs=2))
    assert descriptors_and_children() == before


def test_problems_of_files_that_a_later_layer_hides_are_left_out(layout):
    damaged = {"var/lib/dpkg/status": STATUS, f"{SITE}/bad-1.dist-info/METADATA": b"\xff" * 10}
    document = run(layout(damaged))
    assert [problem["layer"] for problem in document["problems"]] == [0]
    gone = run(layout(damaged, {f"{SITE}/.wh.bad-1.dist-info": b""}, name="gone"))
    assert gone["problems"] == []


def test_a_broken_layer_does_not_hide_the_others(layout):
    document = run(layout(BASE, b"this is no tar" * 100))
    assert names(document) == ["first", "second"]
    assert [(p["analyzer"], p["code"], p["layer"]) for p in document["problems"]] == [("image", "corrupt-layer", 1)]


def test_odd_configuration(layout):
    config = {"config": {"Env": ["A=b=c", 5], "Entrypoint": "one string", "Labels": None}, "history": ["x", {}]}
    image = run(layout(BASE, config=config))["image"]
    assert image["env"] == {"A": "b=c"}
    assert image["entrypoint"] == ["one string"]
    assert image["labels"] == {}
    assert len(image["history"]) == 1
