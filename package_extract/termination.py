"""SIGTERM, ended as an exception ends a run, so that temporary files and child processes go with it."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

__all__ = ["TERMINATED", "end_on_sigterm"]

TERMINATED = 143
"""What a shell says of a process that SIGTERM ended."""


def end_on_sigterm() -> None:
    """Let SIGTERM raise `SystemExit` in the main thread of this process; a forked worker just ends."""
    process = os.getpid()

    def end(_signal: int, _frame: object) -> NoReturn:
        if os.getpid() != process:  # a forked worker: the files are not its own
            os._exit(TERMINATED)
        sys.exit(TERMINATED)

    signal.signal(signal.SIGTERM, end)
