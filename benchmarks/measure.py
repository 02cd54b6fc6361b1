"""What a command costs: wall time, CPU time and peak memory of all its processes.

CPU time is the rusage of wait4(2): user and system time of the command and of every descendant that was waited for.
Memory is sampled every 20 ms: resident set size for a lone process, the sum of proportional set sizes (proc(5),
`smaps_rollup`) for several, so that pages that forked workers share count once; never less than the largest resident
set of one process that the kernel saw (which begins with that of this process, about 17 MiB: fork(2) hands it on).
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INTERVAL = 0.02


@dataclass(frozen=True)
class Sample:
    """One run of a command: seconds, seconds, bytes."""

    wall: float
    cpu: float
    peak_memory: int


class CommandFailed(Exception):
    """The command ended with an error; the text is the end of what it said."""


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Sample:
    """Run a command to its end, its standard output thrown away."""
    with tempfile.TemporaryFile() as messages:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=messages, env=environment
        )
        watch = _MemoryWatch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        sampled = watch.stop()
        if process.returncode:
            messages.seek(0)
            said = messages.read().decode(errors="replace").strip()[-500:]
            raise CommandFailed(f"exit code {process.returncode}: {said}")
    # ru_maxrss of a child counts what its parent had when it forked: good only where nothing was sampled.
    return Sample(wall, usage.ru_utime + usage.ru_stime, sampled or usage.ru_maxrss * 1024)


class _MemoryWatch(threading.Thread):
    """Samples the memory of a process and its descendants until stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self.done = threading.Event()
        self.start()

    def run(self) -> None:
        while not self.done.wait(INTERVAL):
            self.peak = max(self.peak, _memory(_family(self.pid)))

    def stop(self) -> int:
        self.done.set()
        self.join()
        return self.peak


def _family(pid: int) -> list[int]:
    family = [pid]
    for member in family:
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            family += map(int, _read(children).split())
    return family


def _memory(family: list[int]) -> int:
    if len(family) == 1:
        fields = _read(Path(f"/proc/{family[0]}/statm")).split()
        return int(fields[1]) * resource.getpagesize() if fields else 0
    return sum(_proportional_set_size(pid) for pid in family)


def _proportional_set_size(pid: int) -> int:
    for line in _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # the process has ended
        return ""
