"""A list of small images that share layers, and a batch over it in this process."""

from __future__ import annotations

import json
import os
from threading import Event

import pytest

from package_extract.batch.run import BatchOptions, run_batch
from package_extract.batch.work_list import read_work_list
from package_extract.options import AnalyzeOptions
from package_extract.store import open_store

DPKG = b"Package: base\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n"
BASE = {"etc/os-release": b"ID=debian\n", "var/lib/dpkg/status": DPKG, "usr/share/filler": os.urandom(200_000)}


@pytest.fixture
def images(layout):
    """References of so many images, all with the same base layer."""

    def make(count):
        return [layout(BASE, {f"srv/{number}": b"own"}, name=f"image{number}") for number in range(count)]

    return make


@pytest.fixture
def batch(tmp_path):
    """A function that runs a batch over references, by default into one store: its results."""

    def run(references, observer=None, stop=None, **options):
        analyze = AnalyzeOptions(cache_dir=options.pop("cache_dir", None))
        plan = BatchOptions(analyze, options.pop("store", str(tmp_path / "store")), **{"workers": 2, **options})
        return run_batch(read_work_list(json.dumps(references).encode()).items, plan, stop or Event(), observer)

    return run


@pytest.fixture
def contents():
    """Everything in a store but what tells one run from another; and that nothing in it is half-written."""

    def read(location):
        store = open_store(location)
        found = {}
        for key in [*store.keys("documents/"), *store.keys("digests/")]:
            data = store.get(key)
            if key.startswith("documents/"):
                document = json.loads(data)
                del document["run"]
                found[key] = document
            else:
                found[key] = data
        return found

    return read
