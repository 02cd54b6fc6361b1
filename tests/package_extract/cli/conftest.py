import signal
import subprocess
import sys
from pathlib import Path

import pytest

from package_extract.cli.ending import run
from package_extract.discovery import entry_points

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def example():
    """The small image that is part of the project."""
    return str(ROOT / "fixtures" / "example-image.tar")


@pytest.fixture(scope="session", autouse=True)
def installed():
    """The built-in analyzers are found by their entry points, which only an installed project has."""
    assert {"dpkg", "python_packages"} <= {point.name for point in entry_points()}, (
        "pip install --editable . is missing"
    )


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """No test reads or writes the cache of the user."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("PACKAGE_EXTRACT_PASSWORD", raising=False)


@pytest.fixture
def command(capfdbinary, monkeypatch):
    """A function that runs the command in this process: exit code, standard output, standard error."""

    def call(*arguments):
        code = run([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return code, out, err.decode()

    return call


@pytest.fixture
def process():
    """A function that starts the command as a process of its own."""

    def start(*arguments, **options):
        command = [sys.executable, "-m", "package_extract", *map(str, arguments)]
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, **{**streams, "preexec_fn": _listen, **options})

    return start


def _listen():
    """A shell starts what is to run in the background with SIGINT ignored, nohup(1) with SIGHUP; that is inherited."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
