"""Worker processes: what they answer, and what happens when one is lost."""

from __future__ import annotations

import os
import signal

import pytest

from package_extract import errors
from package_extract.errors import CorruptImage, PackageExtractError
from package_extract.image.model import Layer
from package_extract.layer.contents import LayerContents
from package_extract.parallel import available_cores, read_layers
from package_extract.progress import Progress


class Reader:
    """Stands for a layer reader: the media type says what happens."""

    def read(self, layer, subject, passed, *, ahead):
        if layer.media_type == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if layer.media_type == "corrupt":
            raise CorruptImage(f"{subject} is bad")
        passed(layer.size)
        return LayerContents(size=layer.size)


def layers(*kinds):
    return {index: Layer(open=lambda: None, size=index + 1, media_type=kind) for index, kind in enumerate(kinds)}


class Told(Progress):
    def __init__(self):
        self.counts = {}

    def layer_bytes(self, index, count):
        self.counts[index] = count


@pytest.mark.parametrize("jobs", [1, 2, 8])
def test_every_layer_is_read_once(jobs):
    done, told = {}, Told()
    read_layers(layers(*"abcde"), Reader(), jobs, told, lambda index, contents: done.update({index: contents.size}))
    assert done == {0: 1, 1: 2, 2: 3, 3: 4, 4: 5}
    assert told.counts == done


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_comes_over_as_itself(jobs):
    with pytest.raises(CorruptImage, match=r"layer 2 \(without a digest\) is bad") as caught:
        read_layers(layers("a", "corrupt", "c"), Reader(), jobs, Progress(), lambda *_: None)
    assert caught.value.exit_code == errors.CorruptImage.exit_code


def children():
    """Processes that this one started and has not waited for; other tests may have left some."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return file.read().split()


def test_a_lost_worker_is_told():
    before = children()
    with pytest.raises(PackageExtractError, match=r"layer 2 .* was killed, perhaps for lack of memory"):
        read_layers(layers("a", "killed", "c"), Reader(), 2, Progress(), lambda *_: None)
    assert children() == before


def test_layers_that_land_late(tmp_path):
    calls = []

    def ready():
        calls.append(1)
        return len(calls) > 3

    late = {0: Layer(open=lambda: None, size=9, ready=ready), 1: Layer(open=lambda: None, size=1)}
    order = []
    read_layers(late, Reader(), 1, Progress(), lambda index, _: order.append(index))
    assert order == [1, 0]


def test_cores():
    assert 1 <= available_cores() <= (os.cpu_count() or 1)
