"""One resolution, seen from the service: a process, its time, and what it says."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path
    from threading import Event

__all__ = ["Resolved", "resolve_apart"]

COMMAND = [sys.executable, "-m", "package_extract.service.advise_process"]
POLL_SECONDS = 0.25
LONGEST_SENTENCE = 20_000


class Resolved(NamedTuple):
    """How it went."""

    answer: bytes | None
    """JSON; None if there is none."""
    error: str = ""
    exit_code: int = 0
    abandoned: bool = False


def resolve_apart(order: dict[str, Any], room: Path, timeout: float | None, stop: Event) -> Resolved:
    """Resolve in a process of its own, until it is done, its time is up, or `stop` is set."""
    deadline = time.monotonic() + timeout if timeout else float("inf")
    with (room / "answer").open("w+b") as answer, (room / "errors").open("w+b") as errors:
        process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=answer, stderr=errors, start_new_session=True)
        try:
            if process.stdin is not None:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.write(json.dumps(order).encode() + b"\n")
                    process.stdin.flush()
            while process.poll() is None:
                if stop.wait(POLL_SECONDS):
                    return Resolved(None, abandoned=True)
                if time.monotonic() > deadline:
                    return Resolved(None, f"not done after {timeout:g} seconds", 1)
        finally:
            _end(process)
        answer.seek(0)
        errors.seek(0)
        if process.returncode == 0:
            return Resolved(answer.read())
        sentence = errors.read(LONGEST_SENTENCE).decode("utf-8", "replace").strip()
        if process.returncode not in (1, 2, 3, 4, 5) or sentence.startswith("Traceback"):
            sentence = f"its process ended with {process.returncode}"
        return Resolved(None, sentence, max(1, process.returncode))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
