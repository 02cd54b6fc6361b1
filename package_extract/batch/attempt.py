"""One attempt at one image, seen from the batch: a process, its time, how it ended, and what it left behind."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from package_extract.batch.image_process import WORD
from package_extract.batch.order import Answer
from package_extract.batch.workplace import end_processes_of
from package_extract.image.options import OpenOptions

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from package_extract.batch.order import Order

__all__ = ["Attempt"]

COMMAND = [sys.executable, "-m", "package_extract.batch.image_process"]
LONGEST_ANSWER = 1 << 20
LONGEST_COMPLAINT = 2000
GRACE = 10.0
"""Seconds from SIGTERM to SIGKILL."""
FOREVER = float("inf")


class Attempt:
    """A running process. Select on `fileno`, call `receive` when it is readable, `check_time` now and then."""

    def __init__(self, order: Order, room: Path, timeout: float | None) -> None:
        self._order, self._room, self._timeout = order, room, timeout
        self._started = time.monotonic()
        self._deadline = self._started + timeout if timeout else FOREVER
        self._ending: Answer | None = None
        self._received = b""
        self._complaints = room / "stderr"
        with self._complaints.open("wb") as errors:
            self._process = (
                subprocess.Popen(  # the directory is for `end_processes_of`, and for people who look at `ps`
                    [*COMMAND, f"{room}/"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    start_new_session=True,
                )
            )
        self._send()

    def fileno(self) -> int:
        """The descriptor that becomes readable when the process answers or ends."""
        return self._answers.fileno()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    def receive(self) -> bool:
        """Take what the process has written; whether that was all."""
        data = os.read(self.fileno(), 1 << 16)
        self._received += data[: LONGEST_ANSWER - len(self._received)]
        return not data

    def check_time(self, now: float) -> None:
        """End the process if its time is up: kindly, and a while later not."""
        if now < self._deadline:
            return
        if self._ending is None:
            self.stop(Answer("timeout", 1, error=f"not done after {self._timeout:g} seconds; raise --timeout"))
        else:
            self._deadline = FOREVER
            self._kill()

    def stop(self, answer: Answer) -> None:
        """Ask the process to end; `answer` is then what is said of it."""
        self._ending = answer
        self._deadline = time.monotonic() + GRACE
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)

    def finish(self) -> Answer:
        """Wait for the end, which `receive` has told, clean up behind the process, and say how it went."""
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
        self._kill()  # what it had forked
        answer = self._answer()
        for pipe in (self._process.stdin, self._answers):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        if self._process.returncode < 0:
            end_processes_of(self._room)
        shutil.rmtree(self._room, ignore_errors=True)
        return answer

    @property
    def _answers(self) -> IO[bytes]:
        if self._process.stdout is None:
            raise RuntimeError("the process was started without a pipe")
        return self._process.stdout

    def _send(self) -> None:
        options = self._order.options
        opening = (options.open or OpenOptions())._replace(scratch=str(self._room))
        data = pickle.dumps(replace(self._order, options=options._replace(open=opening)))
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it is gone already; `finish` says why
                self._process.stdin.write(len(data).to_bytes(WORD, "little") + data)
                self._process.stdin.flush()

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _answer(self) -> Answer:
        code = self._process.returncode
        if code >= 0 and self._received:
            with contextlib.suppress(ValueError, TypeError):
                return Answer(**json.loads(self._received))
        if self._ending is not None:
            return self._ending
        if code == -signal.SIGKILL:
            return Answer(
                "killed",
                128 + signal.SIGKILL,
                error="it was killed, perhaps for lack of memory; lower --workers",
                retry=True,
            )
        if code < 0:
            return Answer(
                "killed", 128 - code, error=f"it was ended by {signal.Signals(-code).name}{self._complaint()}"
            )
        return Answer("failed", code or 1, error=f"its process ended without an answer{self._complaint()}")

    def _complaint(self) -> str:
        """The end of what the process wrote to standard error."""
        with contextlib.suppress(OSError), self._complaints.open("rb") as file:
            file.seek(max(0, self._complaints.stat().st_size - LONGEST_COMPLAINT))
            text = file.read().decode("utf-8", "replace").strip()
            return f": {text}" if text else ""
        return ""
