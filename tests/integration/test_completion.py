"""The scripts of `completion` in the shells themselves."""

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.documents import generated_document

pytestmark = pytest.mark.integration

SECONDS = 60
ZSHRC = """
PS1=READY
fpath=($ZDOTDIR $fpath)
autoload -Uz compinit; compinit -u -D
compadd() { local -a hits; builtin compadd -A hits "$@"; print -rl -- $hits >> offered; builtin compadd "$@" }
finish() { print -r -- "$BUFFER" > line; exit 0 }
zle -N finish; bindkey '^X' finish
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """The command on the PATH, and a document in the current directory."""
    directory = tmp_path / "bin"
    directory.mkdir()
    program = directory / "package-extract"
    program.write_text(f"#!{sys.executable}\nfrom package_extract.cli import main\nmain()\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.chdir(tmp_path)
    Path("document.json").write_text(json.dumps(generated_document(10)))
    return program


def needed(shell):
    if shutil.which(shell) is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{shell} is not installed")


def script(program, shell):
    return subprocess.run([program, "completion", shell], capture_output=True, check=True).stdout


@pytest.fixture
def fish(program, monkeypatch):
    """A function: what fish offers for the last word of a line, with its descriptions."""
    needed("fish")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(Path("config").absolute()))
    place = Path("config/fish/completions")
    place.mkdir(parents=True)
    (place / "package-extract.fish").write_bytes(script(program, "fish"))

    def complete(line):
        run = subprocess.run(
            ["fish", "-c", f"complete -C '{line}'"], capture_output=True, text=True, check=True, timeout=SECONDS
        )
        assert run.stderr == ""
        return dict(each.partition("\t")[::2] for each in run.stdout.splitlines())

    return complete


@pytest.fixture
def zsh(program, monkeypatch):
    """A function: what zsh offers where the Tab key is pressed behind a line, and the line that it makes of it."""
    needed("zsh")
    monkeypatch.setenv("ZDOTDIR", str(Path("zdot").absolute()))
    Path("zdot").mkdir()
    Path("zdot/.zshrc").write_text(ZSHRC)
    Path("zdot/_package-extract").write_bytes(script(program, "zsh"))

    def complete(line):
        for answer in ("offered", "line"):
            Path(answer).unlink(missing_ok=True)
        process, terminal = pty.fork()
        if process == 0:
            os.execvp("zsh", ["zsh", "-d", "-i"])
        shown = b""
        try:
            for keys, until in ((b"", b"READY"), (f"{line}\t\x18".encode(), None)):
                os.write(terminal, keys)
                shown += drained(terminal, until)
        finally:
            os.close(terminal)
            os.waitpid(process, 0)
        assert Path("line").exists(), shown
        offered = Path("offered").read_text().split("\n") if Path("offered").exists() else []
        return {each for each in offered if each}, Path("line").read_text().removesuffix("\n")

    return complete


def drained(terminal, until):
    """What a terminal shows until something is there, or until its program has ended."""
    shown, end = b"", time.monotonic() + SECONDS
    while time.monotonic() < end and (until is None or until not in shown):
        try:
            if select.select([terminal], [], [], 1)[0]:
                shown += os.read(terminal, 1 << 16)
        except OSError:  # EIO: the program has ended
            break
    return shown


def test_commands_in_fish(fish):
    assert fish("package-extract dif") == {"diff": "Say what differs between two images or documents."}
    assert {"analyze", "analyzers"} == fish("package-extract ana").keys()


def test_options_in_fish(fish):
    assert fish("package-extract analyze --no-tls").keys() == {"--no-tls-verify"}
    (description,) = fish("package-extract analyze --form").values()
    assert ", " in description
    assert fish("package-extract diff --format h").keys() == {"html"}


def test_files_and_sections_in_fish(fish):
    assert fish("package-extract show docu").keys() == {"document.json"}
    assert fish("package-extract show document.json l").keys() == {"layers", "libraries"}


def test_commands_in_zsh(zsh):
    assert zsh("package-extract dif") == ({"diff"}, "package-extract diff ")
    assert zsh("package-extract ana") == ({"analyze", "analyzers"}, "package-extract analyze")


def test_options_in_zsh(zsh):
    assert zsh("package-extract analyze --no-tls")[1] == "package-extract analyze --no-tls-verify "
    assert zsh("package-extract diff --format h") == ({"html"}, "package-extract diff --format html ")


def test_files_and_sections_in_zsh(zsh):
    assert zsh("package-extract show docu")[1] == "package-extract show document.json "
    assert zsh("package-extract show document.json l")[0] == {"layers", "libraries"}


def test_in_bash(program):
    needed("bash")
    Path("script").write_bytes(script(program, "bash"))
    asked = """
        shopt -s progcomp; source ./script
        COMP_WORDS=(package-extract show document.json l); COMP_CWORD=3
        _package_extract_completion package-extract; echo "${COMPREPLY[@]}"
    """
    run = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=True)
    assert run.stdout == "layers libraries\n"
