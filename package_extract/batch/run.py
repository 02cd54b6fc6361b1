"""The batch: a work list in, a store full of documents and a result for each image out.

One loop starts the processes and waits for them. It keeps nothing of an image but its result, so that the memory of the
batch does not grow with what it reads.
"""

from __future__ import annotations

import heapq
import selectors
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from package_extract.batch.attempt import Attempt
from package_extract.batch.order import Answer, Order
from package_extract.batch.workplace import Workplace
from package_extract.errors import PackageExtractError
from package_extract.image.options import OpenOptions
from package_extract.image.spool import scratch_directory
from package_extract.store import is_store_url, open_store
from package_extract.store.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from package_extract.batch.work_list import WorkItem
    from package_extract.options import AnalyzeOptions

__all__ = ["BatchOptions", "Observer", "Result", "run_batch"]

POLL_SECONDS = 0.25
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch is run."""

    analyze: AnalyzeOptions
    store: str
    workers: int = 1
    memory: int | None = None
    """Bytes that each process may have as its own; None for no limit."""
    timeout: float | None = 3600.0
    """Seconds for one attempt at one image."""
    retries: int = 2
    """Attempts after the first one, where they may go better."""
    existing: Literal["keep", "replace"] = "keep"
    """What becomes of a document that the store has already."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one image."""

    item: WorkItem
    answer: Answer
    seconds: float = 0.0
    """Of all attempts, without the pauses between them."""
    attempts: int = 0


class Observer:
    """Override what you want to show; called from the loop."""

    def begin(self, total: int) -> None:
        """So many images are to come."""

    def finished(self, result: Result) -> None:
        """An image has its result."""

    def again(self, item: WorkItem, answer: Answer, pause: float) -> None:
        """An attempt failed and there will be another one after so many seconds."""


@dataclass(order=True)
class _Task:
    """An image that is waiting for its attempt, or in it."""

    ready: float
    number: int
    item: WorkItem = field(compare=False)
    attempts: int = field(default=0, compare=False)
    seconds: float = field(default=0.0, compare=False)


def run_batch(
    items: Sequence[WorkItem], options: BatchOptions, stop: Event, observer: Observer | None = None
) -> list[Result]:
    """Analyze the images; return their results in the order of the list. When `stop` is set, end soon and cleanly.

    Raises a `PackageExtractError` if the store cannot be looked at or temporary files cannot be written; what goes
    wrong with one image is in its result.
    """
    present: set[str] = set()
    if options.existing == "keep":
        wanted = {item.id for item in items}
        present = {identity for identity in Documents(open_store(options.store)).ids() if identity in wanted}
    with Workplace(scratch_directory(options.analyze.open or OpenOptions())) as workplace:
        return _Loop(items, options, workplace, observer or Observer()).run(stop, present)


class _Loop:
    def __init__(
        self, items: Sequence[WorkItem], options: BatchOptions, workplace: Workplace, observer: Observer
    ) -> None:
        self.options, self.workplace, self.observer = options, workplace, observer
        self.waiting = [_Task(0.0, number, item) for number, item in enumerate(items)]  # a heap: sorted
        self.running: dict[Attempt, _Task] = {}
        self.results: dict[int, Result] = {}
        self.selector = selectors.DefaultSelector()
        self.stopping = False
        analyze = options.analyze
        if analyze.cache_dir is not None and is_store_url(analyze.cache_dir):
            analyze = analyze._replace(claims=str(workplace.path / "claims"))
        self.analyze = analyze

    def run(self, stop: Event, present: set[str]) -> list[Result]:
        self.observer.begin(len(self.waiting))
        for task in [task for task in self.waiting if task.item.id in present]:
            self._finish(task, Answer("present"))
        self.waiting = [task for task in self.waiting if task.item.id not in present]
        try:
            while self.waiting or self.running:
                if stop.is_set():
                    self._abandon()
                self._start()
                self._wait()
        finally:
            self._abandon()
            while self.running:
                self._wait()
            self.selector.close()
        return [self.results[number] for number in sorted(self.results)]

    def _start(self) -> None:
        while len(self.running) < self.options.workers and self.waiting and self.waiting[0].ready <= time.monotonic():
            task = heapq.heappop(self.waiting)
            task.attempts += 1
            try:
                attempt = Attempt(self._order(task.item), self.workplace.room(), self.options.timeout)
            except (OSError, PackageExtractError) as error:
                self._settle(task, Answer("failed", 1, error=f"its process could not be started: {error}", retry=True))
                continue
            self.running[attempt] = task
            self.selector.register(attempt, selectors.EVENT_READ)

    def _order(self, item: WorkItem) -> Order:
        opening = (self.analyze.open or OpenOptions())._replace(platform=item.platform)
        return Order(
            item.id,
            item.reference,
            self.analyze._replace(open=opening),
            self.options.store,
            self.options.existing == "replace",
            self.options.memory,
        )

    def _wait(self) -> None:
        for key, _ in self.selector.select(POLL_SECONDS):
            attempt: Attempt = key.fileobj  # type: ignore[assignment]
            if attempt.receive():
                self.selector.unregister(attempt)
                task = self.running.pop(attempt)
                answer = attempt.finish()
                task.seconds += attempt.seconds
                self._settle(task, answer)
        now = time.monotonic()
        for attempt in self.running:
            attempt.check_time(now)

    def _settle(self, task: _Task, answer: Answer) -> None:
        """Plan another attempt where one may help, else say how it ended."""
        if self.stopping or not answer.retry or task.attempts > self.options.retries:
            self._finish(task, answer)
            return
        pause = min(FIRST_PAUSE * 2 ** (task.attempts - 1), LONGEST_PAUSE)
        self.observer.again(task.item, answer, pause)
        task.ready = time.monotonic() + pause
        heapq.heappush(self.waiting, task)

    def _finish(self, task: _Task, answer: Answer) -> None:
        result = Result(task.item, answer, round(task.seconds, 3), task.attempts)
        self.results[task.number] = result
        self.observer.finished(result)

    def _abandon(self) -> None:
        """Start nothing more and end what is running."""
        if self.stopping:
            return
        self.stopping = True
        answer = Answer("abandoned", 1, error="the batch was stopped before this image was done; start it again")
        waiting, self.waiting = self.waiting, []
        for task in waiting:
            self._finish(task, answer)
        for attempt in self.running:
            attempt.stop(answer)
