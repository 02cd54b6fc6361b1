from __future__ import annotations

import sys
import time

import pytest

from benchmarks.measure import CommandFailed, measure

MIB = 1 << 20
TWO_PROCESSES = """
import os, time
shared = bytearray(b"x") * (40 << 20)
if os.fork() == 0:
    own = bytearray(b"x") * (30 << 20)
    time.sleep(0.3)
    os._exit(0)
os.wait()
"""


def test_memory_of_all_processes_is_summed_and_shared_pages_count_once() -> None:
    sample = measure([sys.executable, "-c", TWO_PROCESSES])

    assert 70 * MIB < sample.peak_memory < 100 * MIB
    assert sample.wall > 0.3


def test_cpu_time_of_a_child_counts() -> None:
    spin = "import time\nwhile time.process_time() < 0.2: pass"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}], check=True)"

    assert measure([sys.executable, "-c", child]).cpu >= 0.2


def test_a_failure_says_why() -> None:
    start = time.monotonic()
    with pytest.raises(CommandFailed, match="exit code 3: no luck"):
        measure([sys.executable, "-c", "import sys; sys.stderr.write('no luck'); sys.exit(3)"])
    assert time.monotonic() - start < 10
