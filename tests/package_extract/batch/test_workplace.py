"""The temporary directory of a batch: gone at the end, swept by the next one if it could not be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from package_extract.batch.workplace import Workplace

HOLD = """
import sys
from package_extract.batch.workplace import Workplace
with Workplace(sys.argv[1]) as workplace:
    (workplace.room() / "blob").write_bytes(b"x")
    print(workplace.path, flush=True)
    sys.stdin.read()
"""


def hold(parent):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    return process, process.stdout.readline().strip()


def test_gone_at_the_end(tmp_path):
    with Workplace(str(tmp_path)) as workplace:
        assert workplace.room() != workplace.room()
        assert os.listdir(tmp_path) == [workplace.path.name]
    assert os.listdir(tmp_path) == []


def test_that_of_a_killed_batch_is_swept_and_that_of_a_living_one_is_not(tmp_path):
    living, its_path = hold(tmp_path)
    killed, left = hold(tmp_path)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert os.path.exists(left)
    with Workplace(str(tmp_path)):
        assert not os.path.exists(left)
        assert os.path.exists(its_path)
    living.communicate()
    assert os.listdir(tmp_path) == []


def test_processes_that_lost_their_parent_are_ended(tmp_path):
    killed, left = hold(tmp_path)
    # Stands in for a skopeo that hangs: the name and an argument with the path are what tells it.
    fake = tmp_path / "skopeo"
    orphan = subprocess.Popen(
        [str(fake), "-c", "import time; time.sleep(1000)", f"{left}/1/tmp"], executable=sys.executable
    )
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    with Workplace(str(tmp_path)):
        assert orphan.wait(10) == -signal.SIGKILL
