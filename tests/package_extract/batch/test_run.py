"""Batches with real processes: what each image gets, whatever happens to it or to the others."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path
from threading import Event

import pytest

from package_extract.batch import attempt
from package_extract.batch import run as run_module
from package_extract.batch.run import Observer
from package_extract.errors import StoreFailed


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch, tmp_path):
    monkeypatch.setattr(run_module, "FIRST_PAUSE", 0.05)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    yield
    assert os.listdir(tmp_path / "scratch") == []


def outcomes(results):
    return [result.answer.outcome for result in results]


def children():
    """Processes of images that are running now."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"image_process" in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def test_documents_and_results(batch, images, contents, tmp_path):
    references = images(3)
    results = batch([*references, str(tmp_path / "missing.tar"), "A B"])
    assert outcomes(results) == ["done", "done", "done", "failed", "failed"]
    assert [result.answer.exit_code for result in results] == [0, 0, 0, 3, 2]
    assert "does not exist" in results[3].answer.error
    assert all(result.attempts == 1 and result.seconds > 0 for result in results)
    for result, reference in zip(results, references, strict=False):
        document = contents(str(tmp_path / "store"))[f"documents/{result.item.id}.json"]
        assert document["image"]["reference"] == reference
        assert document["image"]["digest"] == result.answer.digest
        assert document["results"]["dpkg"]["packages"][0]["name"] == "base"


def test_what_is_there_is_not_done_again_unless_asked(batch, images, contents, tmp_path):
    references = images(2)
    batch(references[:1])
    before = (tmp_path / "store" / "documents").stat().st_mtime_ns
    assert outcomes(batch(references[:1])) == ["present"]
    assert (tmp_path / "store" / "documents").stat().st_mtime_ns == before
    results = batch(references)
    assert outcomes(results) == ["present", "done"]
    assert results[0].attempts == 0
    assert outcomes(batch(references, existing="replace")) == ["done", "done"]


def test_a_layer_that_all_share_is_read_once(batch, images, tmp_path):
    results = batch(images(6), cache_dir=str(tmp_path / "cache"), workers=3)
    assert outcomes(results) == ["done"] * 6
    assert sum(result.answer.cache_misses for result in results) == 1 + 6
    assert sum(result.answer.cache_hits for result in results) == 5
    base = max(result.answer.bytes_read for result in results)
    assert sum(result.answer.bytes_read for result in results) < base * 1.1


def test_the_same_with_a_cache_in_the_store(batch, images, tmp_path):
    store = f"file://{tmp_path}/store"
    results = batch(images(6), cache_dir=store, store=store, workers=3)
    assert outcomes(results) == ["done"] * 6
    assert sum(result.answer.cache_misses for result in results) == 1 + 6


def test_more_memory_than_allowed(batch, images):
    results = batch(images(1), memory=1 << 20)
    assert outcomes(results) == ["out-of-memory"]
    assert "1,048,576 bytes" in results[0].answer.error
    assert results[0].attempts == 1


class Killer(Observer):
    """Kills a process that is running, when the second image begins to wait for it."""

    def __init__(self, times):
        self.times, self.again_told = times, []

    def finished(self, result):
        for process in children()[:1] if self.times else []:
            with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(process, signal.SIGKILL)
                self.times -= 1

    def again(self, item, answer, pause):
        self.again_told.append((item.reference, answer.outcome))


def test_a_killed_process_loses_its_image_only_and_that_is_tried_again(batch, images, contents, tmp_path):
    references = images(5)
    undisturbed = batch(references, store=str(tmp_path / "undisturbed"))
    killer = Killer(2)
    results = batch(references, killer)
    # One may be killed after it has written its document.
    assert set(outcomes(results)) <= {"done", "present"}
    assert len(killer.again_told) == sum(result.attempts - 1 for result in results)
    assert [result.answer.digest for result in results] == [result.answer.digest for result in undisturbed]
    assert contents(str(tmp_path / "store")) == contents(str(tmp_path / "undisturbed"))


def test_a_process_that_is_killed_each_time_is_given_up(batch, images):
    class Reaper(Observer):
        told = 0

        def again(self, item, answer, pause):
            self.told += 1

    reaper = Reaper()
    stop = Event()

    def reap():
        while not stop.is_set():
            for process in children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.005)

    thread = threading.Thread(target=reap)
    thread.start()
    try:
        results = batch(images(1), reaper, retries=2)
    finally:
        stop.set()
        thread.join()
    assert outcomes(results) == ["killed"]
    assert results[0].answer.exit_code == 137
    assert results[0].attempts == 3
    assert reaper.told == 2


def test_a_store_that_fails_half_way_and_comes_back(batch, images, contents, tmp_path):
    documents = tmp_path / "store" / "documents"

    class Breaker(Observer):
        def begin(self, total):
            documents.parent.mkdir()
            documents.write_text("in the way")

        def again(self, item, answer, pause):
            assert "could not be written" in answer.error
            documents.unlink()

    results = batch(images(1), Breaker())
    assert outcomes(results) == ["done"]
    assert results[0].attempts == 2


def test_a_store_that_does_not_come_back_is_named_for_each_image(batch, images, tmp_path):
    class Breaker(Observer):
        def begin(self, total):
            (tmp_path / "store").mkdir()
            (tmp_path / "store" / "documents").write_text("in the way")

    results = batch(images(2), Breaker(), retries=1)
    assert outcomes(results) == ["failed", "failed"]
    assert all("the store" in result.answer.error and result.attempts == 2 for result in results)


def test_a_store_that_cannot_be_looked_at_ends_the_batch(batch, images, tmp_path):
    (tmp_path / "store").write_text("")
    with pytest.raises(StoreFailed):
        batch(images(1))


def test_told_to_stop(batch, images, contents, tmp_path):
    stop = Event()

    class Stopper(Observer):
        def finished(self, result):
            stop.set()

    references = images(5)
    results = batch(references, Stopper(), stop, workers=1)
    assert outcomes(results) == ["done", *["abandoned"] * 4]
    assert children() == []
    assert outcomes(batch(references)) == ["present", *["done"] * 4]


def test_time_is_up(batch, images, monkeypatch):
    monkeypatch.setattr(attempt, "COMMAND", [sys.executable, "-c", "import time; time.sleep(60)"])
    results = batch(images(1), timeout=0.05)
    assert outcomes(results) == ["timeout"]
    assert "0.05 seconds" in results[0].answer.error
    assert results[0].attempts == 1
