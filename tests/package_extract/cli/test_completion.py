import json
import os
import shutil
import subprocess
import sys

import pytest

from benchmarks.documents import generated_document


@pytest.fixture
def offered(process):
    """A function that says what bash is offered for the last of these words."""

    def complete(*words):
        environment = {
            **os.environ,
            "COMP_WORDS": " ".join(["package-extract", *map(str, words)]),
            "COMP_CWORD": str(len(words)),
            "_PACKAGE_EXTRACT_COMPLETE": "bash_complete",
        }
        run = subprocess.run(
            [sys.executable, "-c", "import sys; sys.argv[0] = 'package-extract'; from package_extract.cli import main; main()"],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert run.stderr == ""
        return [line.partition(",")[2] or line.partition(",")[0] for line in run.stdout.splitlines() if line]

    return complete


def test_commands_and_options(offered):
    assert {"analyze", "show", "diff", "report"} <= set(offered(""))
    assert "--exit-code" in offered("diff", "--e")
    assert offered("diff", "--format", "h") == ["html"]


def test_analyzers(offered):
    assert "python_packages" in offered("analyze", "--analyzer", "python")
    assert "dpkg" not in offered("analyze", "--analyzer", "python")


def test_sections_of_the_document(offered, tmp_path):
    path = tmp_path / "document.json"
    path.write_text(json.dumps(generated_document(10)))
    assert offered("show", path, "l") == ["layers", "libraries"]
    path.write_text("broken")
    assert offered("show", path, "l") == []
    assert offered("show", tmp_path / "none", "l") == []


def test_files(process, offered):
    assert offered("analyze", "fix") == ["fix"]  # of type "file": the shell lists them


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(command, shell):
    code, out, err = command("completion", shell)
    assert (code, err) == (0, "")
    assert b"_PACKAGE_EXTRACT_COMPLETE" in out
    assert f"{shell}_complete".encode() in out
    if shutil.which(shell):
        subprocess.run([shell, "-n", "/dev/stdin"], input=out, check=True)


def test_another_shell(command):
    assert command("completion", "tcsh")[0] == 2
