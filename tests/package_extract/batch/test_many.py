"""`analyze_many` over the executors of the standard library."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, resource_tracker

import pytest

import package_extract
from package_extract import AnalyzeOptions, analyze, analyze_many
from package_extract.errors import DigestMismatch, NoSuchImage

EXECUTORS = {
    "none": lambda: None,
    "threads": lambda: ThreadPoolExecutor(3),
    "processes": lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")),
}


@pytest.fixture(autouse=True)
def no_process_stays():
    """`spawn` leaves a process behind that looks after semaphores, for as long as the tests run."""
    yield
    resource_tracker._resource_tracker._stop()


@pytest.mark.parametrize("name", EXECUTORS)
def test_every_image_is_told_of(name, images, layout, tmp_path):
    good = images(3)
    damaged = layout(b"no gzip, and not what the digest says", name="damaged")
    blob = max(
        (tmp_path / "damaged" / "blobs" / "sha256").iterdir(), key=lambda path: path.read_bytes()[:2] == b"\x1f\x8b"
    )
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    executor = EXECUTORS[name]()
    found = {each.reference: each for each in analyze_many([*good, damaged, "missing.tar"], executor=executor)}
    if executor:
        executor.shutdown()
    assert found.keys() == {*good, damaged, "missing.tar"}
    for reference in good:
        assert found[reference].error is None
        assert found[reference].document.image == analyze(reference).image
        assert found[reference].document.results.dpkg.packages[0].name == "base"
    assert type(found["missing.tar"].error) is NoSuchImage
    assert str(found["missing.tar"].error) == "missing.tar does not exist"
    assert type(found[damaged].error) is DigestMismatch
    assert found[damaged].document is None


def test_options_reach_the_workers(images):
    options = AnalyzeOptions(analyzers=("os_release",))
    with ThreadPoolExecutor(2) as executor:
        for each in analyze_many(images(2), options, executor=executor):
            assert each.document.results.dpkg is None


def test_images_come_one_by_one(images):
    many = analyze_many([*images(2), "missing.tar"])
    assert next(many).document is not None


def test_a_broken_pool_is_told_for_each_image(images):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        worker = executor.submit(os.getpid).result()
        os.kill(worker, signal.SIGKILL)
        found = list(analyze_many(images(3), executor=executor))
    assert len(found) == 3
    assert all(isinstance(each.error, BrokenProcessPool) for each in found)


def test_public():
    assert {"Analyzed", "analyze_many"} <= set(package_extract.__all__)
