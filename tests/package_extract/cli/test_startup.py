"""What a start may import: start-up is measured in imports, which are the same on every machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.documents import generated_document
from package_extract.document.writing import encode

EXAMPLE = Path(__file__).resolve().parents[3] / "fixtures" / "example-image.tar"
HEAVY = {"pydantic", "rich", "docker", "requests", "urllib3", "orjson", "importlib.metadata", "packaging", "asyncio", "jinja2",
         "multiprocessing", "concurrent.futures", "email", "tarfile", "tempfile", "unittest", "sqlite3"}  # fmt: skip


def modules_after(*arguments, stdin=b""):
    """The modules that are loaded at the end of a run of the command, and what it printed."""
    code = (
        "import sys\nsys.argv[1:] = sys.argv[2:]\nfrom package_extract.cli import main\n"
        "try:\n    main()\nfinally:\n    print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code, "-", *map(str, arguments)], capture_output=True, input=stdin)
    assert run.returncode == 0, run.stderr
    return set(run.stderr.decode().split()), run.stdout.decode()


def test_help_loads_nothing_but_itself():
    loaded, out = modules_after("--help")
    assert "analyze" in out
    assert not loaded & (HEAVY | {"click", "inspect", "pathlib", "logging", "dataclasses", "json"})
    assert len([module for module in loaded if module.startswith("package_extract")]) == 4


def test_version_loads_nothing_heavy():
    loaded, _ = modules_after("--version")
    assert not loaded & HEAVY


@pytest.mark.parametrize("command", ["analyze", "check", "analyzers", "schema"])
def test_help_of_a_command_loads_nothing_heavy(command):
    loaded, _ = modules_after(command, "--help")
    assert not loaded & HEAVY


def test_analyze_loads_nothing_heavy(tmp_path):
    loaded, _ = modules_after(
        "analyze", EXAMPLE, "--jobs", "1", "--cache-dir", tmp_path / "c", "-o", tmp_path / "d.json"
    )
    assert not loaded & HEAVY


@pytest.mark.parametrize(
    "arguments",
    [
        ["show"],
        ["check"],
        ["report"],
        ["export", "--format", "spdx"],
        ["buildlog", "/dev/null", "--document"],
        ["diff", "-"],
    ],
)
def test_reading_a_document_loads_no_models(arguments, tmp_path):
    document = tmp_path / "document.json"
    document.write_bytes(encode(generated_document(6)))
    loaded, _ = modules_after(*arguments, document, stdin=document.read_bytes())
    assert "package_extract.document.shape" in loaded
    assert "pydantic" not in loaded
