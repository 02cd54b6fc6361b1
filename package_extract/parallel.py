"""Layers read by worker processes, the largest first; with one, in the calling thread. The result is the same.

Workers are forked: they inherit the opened image and the loaded analyzers, and answer with marshalled plain data. No
queue of chunks is needed, because each worker pulls its own stream.
"""

from __future__ import annotations

import contextlib
import marshal
import mmap
import os
import select
import signal
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from package_extract.errors import PackageExtractError, error_named
from package_extract.layer.contents import LayerContents

if TYPE_CHECKING:
    from collections.abc import Callable

    from package_extract.image.model import Layer
    from package_extract.layer.reading import LayerReader
    from package_extract.progress import Progress

    Done = Callable[[int, LayerContents], None]

__all__ = ["available_cores", "read_layers"]

WORD = 8
POLL_SECONDS = 0.05


def available_cores() -> int:
    """Cores that this process may use: its affinity, and the quota of its control group (cgroup v2, cpu.max)."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:
        cores = os.cpu_count() or 1
    try:
        with open("/sys/fs/cgroup/cpu.max", encoding="ascii") as file:
            quota, period = file.read().split()
    except (OSError, ValueError):
        return cores
    return cores if quota == "max" else max(1, min(cores, int(quota) // int(period)))


def read_layers(layers: dict[int, Layer], reader: LayerReader, jobs: int, progress: Progress, done: Done) -> None:
    """Read these layers (by their index in the image) and tell `done` of each as it is finished."""
    names = {index: _subject(index, layer) for index, layer in layers.items()}
    ahead = jobs >= 2 * len(layers)  # each layer can have two cores
    if min(jobs, len(layers)) <= 1:
        waiting = dict(layers)
        while waiting:
            index = _next(waiting)
            if index is None:
                time.sleep(POLL_SECONDS)
                continue
            told = partial(progress.layer_bytes, index)
            done(index, reader.read(waiting.pop(index), names[index], told, ahead=ahead))
        return
    _Pool(layers, names, partial(reader.read, ahead=ahead), min(jobs, len(layers)), progress).run(done)


def _subject(index: int, layer: Layer) -> str:
    return f"layer {index + 1} ({layer.digest or layer.diff_id or layer.directory or 'without a digest'})"


def _next(waiting: dict[int, Layer]) -> int | None:
    """The largest layer whose blob is there; None while all are still to land."""
    ready = [(layer.size or 0, -index) for index, layer in waiting.items() if layer.ready()]
    return -max(ready)[1] if ready else None


class _Worker:
    """A forked process that reads one layer after another."""

    def __init__(self, work: Callable[[int], LayerContents]) -> None:
        orders, self.orders = os.pipe()
        self.answers, answers = os.pipe()
        self.layer: int | None = None
        self.received = bytearray()
        self.process = os.fork()
        if not self.process:
            os.close(self.orders)
            os.close(self.answers)
            self._serve(orders, answers, work)
        os.close(orders)
        os.close(answers)

    @staticmethod
    def _serve(orders: int, answers: int, work: Callable[[int], LayerContents]) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        status = 1
        try:
            while order := os.read(orders, WORD):
                answer: tuple[Any, ...]
                try:
                    answer = (None, work(int.from_bytes(order, "little")).dump())
                except PackageExtractError as error:
                    answer = (type(error).__name__, str(error))
                data = marshal.dumps(answer)
                view = memoryview(len(data).to_bytes(WORD, "little") + data)
                while view:
                    view = view[os.write(answers, view) :]
            status = 0
        finally:
            os._exit(status)  # never run the parent's clean-up

    def receive(self) -> tuple[Any, ...] | None:
        """Take what the worker has written; its answer once that is whole. Raises `EOFError` if the worker is gone."""
        data = os.read(self.answers, 1 << 20)
        if not data:
            raise EOFError
        self.received += data
        if len(self.received) < WORD or len(self.received) < WORD + int.from_bytes(self.received[:WORD], "little"):
            return None
        answer: tuple[Any, ...] = marshal.loads(memoryview(self.received)[WORD:])  # noqa: S302 our own child wrote it
        self.received = bytearray()
        return answer

    def stop(self) -> None:
        """End the worker, whatever it is doing."""
        os.close(self.orders)
        os.close(self.answers)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


class _Pool:
    """Workers and the layers that wait for them."""

    def __init__(
        self,
        layers: dict[int, Layer],
        names: dict[int, str],
        read: Callable[[Layer, str, Callable[[int], None]], LayerContents],
        size: int,
        progress: Progress,
    ) -> None:
        self.waiting, self.names, self.read, self.progress = dict(layers), names, read, progress
        self.layers = layers
        self.counts = mmap.mmap(-1, WORD * (max(layers) + 1))  # shared: how far each layer has been read
        self.size = size
        self.workers: list[_Worker] = []

    def run(self, done: Done) -> None:
        """Read all layers; the first that fails ends the others."""
        try:
            self.workers = [_Worker(self._work) for _ in range(self.size)]
            while True:
                self._assign()
                busy = {worker.answers: worker for worker in self.workers if worker.layer is not None}
                if not busy and not self.waiting:
                    return
                for answers in select.select(list(busy), [], [], POLL_SECONDS)[0]:
                    self._take(busy[answers], done)
                self._tell()
        finally:
            for worker in self.workers:
                worker.stop()

    def _work(self, index: int) -> LayerContents:
        def told(count: int) -> None:
            self.counts[index * WORD : (index + 1) * WORD] = count.to_bytes(WORD, "little")

        return self.read(self.layers[index], self.names[index], told)

    def _assign(self) -> None:
        for worker in self.workers:
            if worker.layer is None and self.waiting:
                index = _next(self.waiting)
                if index is None:
                    return
                del self.waiting[index]
                worker.layer = index
                os.write(worker.orders, index.to_bytes(WORD, "little"))

    def _take(self, worker: _Worker, done: Done) -> None:
        index = worker.layer
        if index is None:
            return
        try:
            answer = worker.receive()
        except EOFError:
            raise PackageExtractError(
                f"the process that read {self.names[index]} was killed, perhaps for lack of memory; try --jobs 1"
            ) from None
        if answer is None:
            return
        worker.layer = None
        if answer[0] is not None:
            raise error_named(*answer)
        done(index, LayerContents.load(answer[1]))

    def _tell(self) -> None:
        for index in self.layers:
            count = int.from_bytes(self.counts[index * WORD : (index + 1) * WORD], "little")
            if count:
                self.progress.layer_bytes(index, count)
