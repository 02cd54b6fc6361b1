import os
import shlex
import signal
import subprocess
import sys
import time

import pytest

from package_extract import cli, pipeline
from package_extract.errors import AccessDenied, CorruptImage, NoSuchImage, PackageExtractError


@pytest.fixture
def failing(monkeypatch):
    """A function that makes the run fail with an exception, whatever image is asked for."""

    def fail_with(error):
        def run(*_):
            raise error

        monkeypatch.setattr(pipeline, "run", run)

    return fail_with


@pytest.mark.parametrize(
    ("error", "code"),
    [(PackageExtractError, 1), (NoSuchImage, 3), (AccessDenied, 4), (CorruptImage, 5)],
)
def test_each_kind_of_error_has_its_code_and_its_sentence(command, failing, error, code):
    failing(error("it is as it is; do something"))
    assert command("analyze", "x") == (code, b"", "package-extract: it is as it is; do something\n")


def test_an_error_cannot_write_to_the_terminal(command, failing):
    failing(CorruptImage("layer \x1b[2J\udcff"))
    assert command("analyze", "x")[2] == "package-extract: layer \\x1b[2J\\xff\n"


def test_an_error_is_not_as_long_as_an_image_can_make_it(command, failing):
    failing(CorruptImage("x" * 1_000_000))
    assert len(command("analyze", "x")[2]) < 11_000


def test_an_error_of_the_system_is_a_sentence(command, failing):
    failing(OSError(28, "No space left on device", "/var/tmp/x"))
    assert command("analyze", "x") == (1, b"", "package-extract: /var/tmp/x: No space left on device\n")


def test_too_little_memory(command, failing):
    failing(MemoryError())
    assert command("analyze", "x")[0] == 1


def test_an_error_of_ours_is_a_sentence_and_no_traceback(command, failing):
    failing(RuntimeError("oh"))
    code, _, err = command("analyze", "x")
    assert code == 1
    assert err.startswith("package-extract: an error in package-extract itself (RuntimeError: oh); please report")
    assert err.count("\n") == 1


def test_verbose_shows_where_an_error_comes_from(command, failing):
    failing(RuntimeError("oh"))
    err = command("analyze", "-v", "x")[2]
    assert "Traceback" in err
    assert "test_ending.py" in err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("command", ["analyze", "check"])
def test_signals_end_quietly(process, command, number, code):
    running = process(command, "docker://localhost:1/x", "--username", "me", "--password-stdin")
    time.sleep(1.5)  # until it waits for the password
    assert running.poll() is None
    running.send_signal(number)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err.strip()) == (code, b"", b"")


def test_a_reader_that_goes_away_is_no_error(process, example):
    running = process("analyze", example)
    running.stdout.close()
    running.stdin.close()
    assert running.wait(60) == 141
    assert running.stderr.read() == b""
    running.stderr.close()


def test_help_to_a_reader_that_goes_away(process):
    running = process("--help")
    running.stdout.close()
    running.stdin.close()
    assert running.wait(60) in (0, 141)
    assert running.stderr.read() == b""
    running.stderr.close()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["analyze", "--help"], ["analyzers"], ["schema"]])
@pytest.mark.parametrize("shell", ["exec {} >/dev/full", "exec {} >&-"])
def test_a_standard_output_that_takes_nothing(arguments, shell):
    line = shell.format(shlex.join([sys.executable, "-m", "package_extract", *arguments]))
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(["sh", "-c", line], env=environment, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr in (b"package-extract: No space left on device\n", b"package-extract: Bad file descriptor\n")


@pytest.mark.parametrize(("closed", "code"), [("2>&-", 0), ("<&-", 0), ("<&- >&- 2>&-", 1)])
def test_closed_standard_streams(closed, code, example):
    line = shlex.join([sys.executable, "-m", "package_extract", "analyze", example])
    assert (
        subprocess.run(
            ["sh", "-c", f"exec {line} {closed}"], stdout=subprocess.DEVNULL, check=False, timeout=60
        ).returncode
        == code
    )


def test_a_document_from_a_closed_standard_input():
    line = shlex.join([sys.executable, "-m", "package_extract", "show", "-"])
    done = subprocess.run(["sh", "-c", f"exec {line} <&-"], stderr=subprocess.PIPE, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (1, b"package-extract: Bad file descriptor\n")


def test_an_interrupt_before_the_commands_are_there(monkeypatch):
    def interrupted(_name, _path=None, _target=None):
        raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "package_extract.cli.ending")
    monkeypatch.setattr(sys, "meta_path", [type("Finder", (), {"find_spec": staticmethod(interrupted)})])
    monkeypatch.setattr(sys, "argv", ["package-extract", "analyzers"])
    with pytest.raises(SystemExit, match="130"):
        cli.main()


def test_a_hangup_that_is_ignored_stays_so(process):
    def ignore():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    running = process("show", "-", preexec_fn=ignore)
    time.sleep(1.5)
    running.send_signal(signal.SIGHUP)
    _, err = running.communicate(b"", timeout=20)
    assert running.returncode == 5
    assert b"is empty" in err
