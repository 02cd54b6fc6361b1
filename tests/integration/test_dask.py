"""`analyze_many` over a real Dask cluster of three processes, one of which is killed."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import distributed
import pytest

from package_extract import analyze, analyze_many
from package_extract.errors import NoSuchImage

pytestmark = [pytest.mark.integration, pytest.mark.filterwarnings("default")]

EXAMPLE = Path(__file__).resolve().parents[2] / "fixtures" / "example-image.tar"


@pytest.fixture
def cluster():
    options = {"n_workers": 3, "threads_per_worker": 1, "dashboard_address": None, "memory_limit": 0}
    with distributed.LocalCluster(**options) as running:
        yield running


def test_one_worker_is_killed(cluster, tmp_path):
    references = []
    for number in range(30):
        references.append(str(tmp_path / f"image{number}.tar"))
        os.symlink(EXAMPLE, references[-1])
    expected = analyze(str(EXAMPLE)).results
    killed, found = None, []
    with distributed.Client(cluster) as client:
        for each in analyze_many([*references, "missing.tar"], executor=client.get_executor(pure=False, retries=2)):
            found.append(each)
            if killed is None:
                killed = cluster.workers[0].pid
                os.kill(killed, signal.SIGKILL)
    assert sorted(each.reference for each in found) == sorted([*references, "missing.tar"])
    errors = {each.reference: each.error for each in found if each.error is not None}
    assert [(reference, type(error)) for reference, error in errors.items()] == [("missing.tar", NoSuchImage)]
    assert all(each.document.results == expected for each in found if each.document)
    assert killed is not None
