import os
import pty
import subprocess
import sys

from package_extract.cli.progress import BarProgress, LineProgress, progress_for
from package_extract.progress import Progress

WORK = """
import sys, time
from package_extract.cli.progress import progress_for
progress = progress_for(quiet=False, verbose=False)
progress.phase("opening")
progress.layers([("sha256:" + "a" * 64, 1000), ("sha256:" + "b" * 64, 3000)])
for step in range(1, 11):
    time.sleep({pause})
    progress.layer_bytes(0, step * 100)
    progress.layer_bytes(1, step * 300)
progress.layer_done(0, cached=False)
time.sleep({pause})
progress.phase("assem\\x1bbling")
progress.close()
assert ("rich" in sys.modules) is {drawn}
"""


def seen_on_a_terminal(pause, drawn):
    ours, theirs = pty.openpty()
    code = WORK.format(pause=pause, drawn=drawn)
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    running = subprocess.Popen([sys.executable, "-c", code], stderr=theirs, env=environment)
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 1 << 16):
            written += part
    except OSError:
        pass
    os.close(ours)
    assert running.wait(60) == 0
    return written.decode()


def test_bars_on_a_terminal_when_work_lasts():
    text = seen_on_a_terminal(pause=0.12, drawn=True)
    assert "sha256:aaaaaaaaaaaa" in text
    assert "sha256:bbbbbbbbbbbb" in text
    assert "4.0 kB" in text
    assert "assem\\x1bbling" in text


def test_nothing_on_a_terminal_when_work_is_short():
    assert seen_on_a_terminal(pause=0, drawn=False) == ""


def test_silent_in_a_pipe(capsys):
    progress = progress_for(quiet=False, verbose=False)
    assert type(progress) is Progress
    progress.layers([("x", 1)])
    progress.layer_bytes(0, 1)
    progress.layer_done(0, cached=False)
    progress.phase("x")
    progress.close()
    assert capsys.readouterr() == ("", "")


def test_which_progress(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert type(progress_for(quiet=False, verbose=False)) is BarProgress
    assert type(progress_for(quiet=True, verbose=False)) is Progress
    assert type(progress_for(quiet=True, verbose=True)) is LineProgress


def test_lines(capsys):
    progress = LineProgress()
    progress.layers([("x", 1000), ("y", None)])
    progress.layer_done(1, cached=True)
    progress.phase("new\nline")
    lines = [line.split("s  ", 1)[1] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["2 layers, 1,000 bytes as stored", "layer 2 of 2 taken from the cache", "new\\nline"]
