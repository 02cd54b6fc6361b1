"""SIGTERM and SIGHUP, ended as an exception ends a run, so that temporary files and child processes go with it."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

__all__ = ["end_on_signals", "ending_signals"]


def ending_signals() -> tuple[signal.Signals, ...]:
    """SIGTERM, and SIGHUP unless nohup(1) has it ignored."""
    hangup = (signal.SIGHUP,) if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN else ()
    return signal.SIGTERM, *hangup


def end_on_signals() -> None:
    """Let these signals raise `SystemExit` in the main thread of this process; a forked worker just ends."""
    process = os.getpid()

    def end(number: int, _frame: object) -> NoReturn:
        code = 128 + number  # what a shell says of a process that the signal ended
        if os.getpid() != process:  # a forked worker: the files are not its own
            os._exit(code)
        sys.exit(code)

    for number in ending_signals():
        signal.signal(number, end)
