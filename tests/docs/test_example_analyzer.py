"""The analyzer of docs/writing-an-analyzer.md, found through an entry point as an installed distribution has it."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.document.document import Document

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "node_packages"
PAGE = (ROOT / "docs" / "writing-an-analyzer.md").read_text()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site directory with the example's modules and metadata, as an installer leaves them."""
    folder = tmp_path_factory.mktemp("site")
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())
    for module in project["tool"]["hatch"]["build"]["targets"]["wheel"]["include"]:
        (folder / module).write_bytes((EXAMPLE / module).read_bytes())
    metadata = folder / f"package_extract_node-{project['project']['version']}.dist-info"
    metadata.mkdir()
    [(group, points)] = project["project"]["entry-points"].items()
    lines = [f"[{group}]", *(f"{name} = {target}" for name, target in points.items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def command(site, tmp_path):
    """A function that runs the command where the example is installed, and returns what it printed."""

    def run(*arguments):
        environment = {**os.environ, "PYTHONPATH": str(site), "XDG_CACHE_HOME": str(tmp_path / "cache")}
        done = subprocess.run([sys.executable, "-m", "package_extract", *map(str, arguments)], env=environment,
                              capture_output=True, text=True)  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def root(tmp_path):
    """A function that puts package.json files into a root file system, and returns its reference."""

    def make(**contents):
        for name, content in contents.items():
            package = tmp_path / "root/srv/node_modules" / name
            package.mkdir(parents=True)
            (package / "package.json").write_text(content)
        return f"rootfs:{tmp_path}/root"

    return make


def test_it_is_listed(command):
    line = next(line for line in command("analyzers").splitlines() if line.startswith("node_packages"))
    assert line.split(None, 4)[1:4] == ["1", "package_extract_node", "1.0"]


def test_it_is_in_the_schema(command):
    assert "NodePackage" in json.loads(command("schema"))["$defs"]


def test_its_section_is_in_the_document_and_in_the_table(command, root):
    reference = root(**{"left-pad": '{"name": "left-pad", "version": "1.3.0"}', "@scope/x": '{"version": 7}'})
    document = json.loads(command("analyze", reference))
    assert document["results"]["node_packages"]["packages"] == [
        {"name": "@scope/x", "version": None, "path": "srv/node_modules/@scope/x", "layer": 0},
        {"name": "left-pad", "version": "1.3.0", "path": "srv/node_modules/left-pad", "layer": 0},
    ]
    assert re.search(
        r"node_packages +2 +@scope/x, left-pad 1\.3\.0", command("analyze", reference, "--format", "table")
    )


@pytest.mark.parametrize("broken", ["", "{", "[]", "[" * 100_000, '"x"'])
def test_a_broken_file_is_a_problem_and_loses_nothing_else(command, root, broken):
    document = json.loads(command("analyze", root(bad=broken, good='{"version": "1"}')))
    assert [package["name"] for package in document["results"]["node_packages"]["packages"]] == ["good"]
    [problem] = document["problems"]
    assert (problem["analyzer"], problem["path"]) == ("node_packages", "srv/node_modules/bad/package.json")


def test_the_section_matches_its_model(command, root, site, monkeypatch):
    document = json.loads(command("analyze", root(a='{"name": "a", "version": "1"}')))
    monkeypatch.syspath_prepend(site)
    from node_packages_section import NodePackagesSection

    kept = Document.model_validate(document).results.model_extra["node_packages"]
    assert NodePackagesSection.model_validate(kept, extra="forbid").packages[0].version == "1"


def test_the_page_shows_the_example_as_it_is():
    sources = "".join(path.read_text() for path in EXAMPLE.iterdir())
    for snippet in re.findall(r"```(?:toml|python)\n(.*?)```", PAGE, re.DOTALL)[:2]:
        for line in snippet.strip().splitlines():
            assert line in sources


def test_the_test_on_the_page_passes(site, tmp_path):
    [code] = [code for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) if "def test_" in code]
    (tmp_path / "test_page.py").write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path / "test_page.py"],
                          env=environment, cwd=tmp_path, capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stdout


class File:
    def __init__(self, content):
        self.content, self.path, self.size, self.mode = memoryview(content), "x", len(content), 0o644


@given(st.binary() | st.recursive(st.none() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["name", "version"]), x)).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_any_bytes(site, content):
    sys.path.insert(0, str(site))
    try:
        from node_packages import FormatError, NodePackages
    finally:
        sys.path.remove(str(site))
    try:
        fact = NodePackages().read(File(content))
    except FormatError:
        return
    assert set(fact) == {"name", "version"}
    assert all(value is None or isinstance(value, str) for value in fact.values())
