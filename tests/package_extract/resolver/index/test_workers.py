from __future__ import annotations

import threading
import time

import pytest

from package_extract.resolver.index.workers import Once, Workers


def test_work_is_done_once_by_whoever_comes_first() -> None:
    done: list[str] = []
    workers = Workers(4)
    once: Once[str, int] = Once(workers)

    def work() -> int:
        done.append(threading.current_thread().name)
        time.sleep(0.02)
        return len(done)

    for _ in range(5):
        once.begin("key", work)
    assert [once.result("key", work) for _ in range(5)] == [1] * 5
    assert once.done("key")
    workers.close()


def test_who_needs_it_does_what_still_waits() -> None:
    workers = Workers(1)
    once: Once[str, str] = Once(workers)
    hold = threading.Event()
    once.begin("slow", lambda: str(hold.wait(5)))
    once.begin("needed", lambda: "ahead of time")

    assert once.result("needed", lambda: "now") == "now"
    hold.set()
    assert once.result("slow", lambda: "never") == "True"
    workers.close()


def test_errors_are_raised_to_everyone() -> None:
    workers = Workers(1)
    once: Once[str, str] = Once(workers)

    def fail() -> str:
        raise LookupError("lost")

    once.begin("key", fail)
    for _ in range(2):
        with pytest.raises(LookupError, match="lost"):
            once.result("key", fail)
    workers.close()


def test_after_the_end_work_is_still_done_for_whoever_needs_it() -> None:
    workers = Workers(1)
    workers.close()
    once: Once[str, str] = Once(workers)
    once.begin("key", lambda: "never")
    assert once.result("key", lambda: "now") == "now"
