"""Work that is done once for each key, ahead of time by threads or when somebody needs it.

What nobody has begun when it is needed is done by the one who needs it, so that a long queue of guesses delays nothing.
The threads do not keep the program alive.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Once", "Workers"]

Key = TypeVar("Key", bound="Hashable")
Value = TypeVar("Value")


class Workers:
    """Up to `most` threads, started as there is work."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = 0
        self._waiting = 0
        self._closed = False
        self._lock = threading.Lock()

    def submit(self, work: Callable[[], None]) -> None:
        """Do it soon; it must not raise."""
        with self._lock:
            if self._closed:
                return
            self._waiting += 1
            start = self._threads < min(self._most, self._waiting)
            self._threads += start
        self._queue.put(work)
        if start:
            threading.Thread(target=self._run, name="package-index", daemon=True).start()

    def close(self) -> None:
        """Begin nothing more."""
        with self._lock:
            self._closed = True
            for _ in range(self._threads):
                self._queue.put(None)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            if not self._closed:
                work()
            with self._lock:
                self._waiting -= 1


class _Task(Generic[Value]):
    """Work and its outcome. Two locks do what an event does, at a fraction of its cost."""

    __slots__ = ("_ended", "_taken", "done", "error", "value")

    def __init__(self) -> None:
        self._taken, self._ended = threading.Lock(), threading.Lock()
        self._ended.acquire()
        self.done = False
        self.value: Value | None = None
        self.error: BaseException | None = None

    def run(self, work: Callable[[], Value]) -> None:
        """Do the work, unless somebody did or does."""
        if not self._taken.acquire(blocking=False):
            return
        try:
            self.value = work()
        except BaseException as error:  # noqa: BLE001 it is raised to whoever asks for the value
            self.error = error
        finally:
            self.done = True
            self._ended.release()

    def wait(self) -> None:
        """Wait for the outcome."""
        with self._ended:
            pass


class Once(Generic[Key, Value]):
    """Results of work, each of it done once for its key."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._tasks: dict[Key, _Task[Value]] = {}

    def begin(self, key: Key, work: Callable[[], Value]) -> None:
        """Have a thread do it, if nobody did or does."""
        if key not in self._tasks:
            task = self._tasks.setdefault(key, _Task())
            self._workers.submit(lambda: task.run(work))

    def done(self, key: Key) -> bool | None:
        """Whether `result` answers at once; None if nobody began."""
        task = self._tasks.get(key)
        return None if task is None else task.done

    def result(self, key: Key, work: Callable[[], Value]) -> Value:
        """The value, or the error that the work raised; waits if another thread is at it."""
        task = self._tasks.get(key) or self._tasks.setdefault(key, _Task())
        if not task.done:
            task.run(work)
            task.wait()
        if task.error is not None:
            raise task.error
        return task.value  # type: ignore[return-value]
