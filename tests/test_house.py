"""The rules of the house (docs/architecture.md): who may import whom, how long things may be, what no file may hold."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "package_extract"
ANALYZERS = ROOT / "analyzers" / "package_extract_analyzers"
SOURCES = sorted([*ENGINE.rglob("*.py"), *ANALYZERS.rglob("*.py")])
LONGEST_FILE = 400
LONGEST_FUNCTION = 60

# Part of the engine -> what of the engine it may import besides itself.
MAY_IMPORT = {
    "formats": {"errors"},
    "document": {"errors", "formats"},
    "buildlog": {"errors", "document", "formats"},
    "comparison": {"errors", "document", "formats"},
    "export": {"errors", "document", "formats"},
    "audit": {"errors", "document", "formats"},
    "layer": {"errors", "formats", "plugin", "image"},
    "filesystem": {"errors", "layer"},
    "image": {"errors", "formats", "reference"},
    "registry": {"errors", "document", "image", "reference"},
    "store": {"errors"},
    "resolver": {"errors", "formats", "document"},
}
ANALYZERS_MAY_IMPORT = {"plugin", "filesystem", "document", "formats", "errors"}


def name(path):
    return str(path.relative_to(ROOT))


def imported(path):
    """Full names of the modules that a file imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{origin(path, node)}.{alias.name}" for alias in node.names}
    return names


def origin(path, node):
    """The full name of the module in "from module import …"."""
    if not node.level:
        return node.module
    package = path.relative_to(ROOT).parts[: -node.level]
    return ".".join([*package, *filter(None, [node.module])])


def ours(path):
    """The parts of the engine that a file imports: "errors" of `package_extract.errors.FormatError`."""
    found = {full.split(".")[1] for full in imported(path) if full.startswith("package_extract.")}
    return found - {"__version__"}


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 20
    assert ours(ENGINE / "document" / "reading.py") == {"document", "errors"}
    assert "filesystem" in ours(ENGINE / "filesystem" / "squash.py")


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_parts_of_the_engine_import_only_what_is_below_them(part):
    for path in (ENGINE / part).rglob("*.py"):
        assert ours(path) <= MAY_IMPORT[part] | {part}, name(path)


def test_analyzers_import_only_the_contract():
    for path in ANALYZERS.rglob("*.py"):
        assert ours(path) <= ANALYZERS_MAY_IMPORT, name(path)


def test_the_engine_does_not_know_the_built_in_analyzers():
    for path in ENGINE.rglob("*.py"):
        assert "package_extract_analyzers" not in path.read_text(), name(path)


def test_nothing_but_the_command_line_imports_click():
    for path in SOURCES:
        if ENGINE / "cli" not in path.parents:
            assert not {full for full in imported(path) if full.split(".")[0] == "click"}, name(path)


def test_files_are_short():
    long = {name(path): lines for path in SOURCES if (lines := path.read_text().count("\n")) > LONGEST_FILE}
    assert not long


def test_functions_are_short():
    long = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long[f"{name(path)}:{node.name}"] = lines
    assert not long


def test_every_module_says_what_it_is():
    assert not [name(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]


def tracked_texts():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True)
    if listed.returncode:
        pytest.skip("not a git clone")
    for file in filter(None, listed.stdout.decode().split("\0")):
        data = (ROOT / file).read_bytes() if (ROOT / file).is_file() else b""
        if b"\0" not in data:
            yield file, data.decode(errors="replace")


def test_nothing_is_left_to_do():
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME)\b")
    assert not [file for file, text in tracked_texts() if words.search(text) and file != "LICENSE"]


def test_no_paths_of_one_machine():
    paths = re.compile(r"(?<![\w.])/(work|home|Users|root)/[\w.-]+")
    allowed = {"LICENSE"}
    found = {file: match[0] for file, text in tracked_texts() if (match := paths.search(text)) and file not in allowed}
    assert not found
