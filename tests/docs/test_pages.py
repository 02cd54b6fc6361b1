"""The pages for users: what they show is run, and what they link to is there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)


@pytest.fixture
def place(tmp_path):
    """A directory with the example image, as a reader has it in a clone, and the environment to run commands there."""
    (tmp_path / "fixtures").mkdir()
    shutil.copy(ROOT / "fixtures" / "example-image.tar", tmp_path / "fixtures")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "XDG_CACHE_HOME": str(tmp_path / "cache"), "COLUMNS": "100"}
    return {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}


def commands(page):
    """Each command of the page's console blocks with what is shown below it."""
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown


PAGES_THAT_RUN = ["tutorial", "batch", "report", "diff", "sbom", "build-logs"]


@pytest.mark.parametrize("page", [*(f"docs/{name}.md" for name in PAGES_THAT_RUN), "README.md"])
def test_commands_print_what_the_page_shows(page, place):
    ran = 0
    for command, shown in commands(page):
        done = subprocess.run(command, shell=True, **place)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        if shown:
            assert done.stdout == shown, command
        ran += 1
    assert ran


def test_python_of_the_tutorial_prints_what_the_page_shows(place):
    subprocess.run(
        "package-extract analyze fixtures/example-image.tar -o document.json", shell=True, check=True, **place
    )
    printed = []
    for code in blocks("docs/tutorial.md", "python"):
        done = subprocess.run([sys.executable, "-c", code], **place)
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout)
    assert printed[0] == blocks("docs/tutorial.md", "text")[0]
    assert printed[1].startswith("amd64\nbase-files 12.4")


@pytest.mark.parametrize("page", ["docs/report.md", "docs/diff.md"])
def test_python_of_a_page_runs(page, place):
    for command, _ in commands(page):
        subprocess.run(command, shell=True, check=True, **place)
    for code in blocks(page, "python"):
        done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], **place)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#][^)]*?)(?:#[^)]*)?\)", page.read_text()):
        if "://" not in target:
            assert (page.parent / target).exists(), target
    anchors = {
        re.sub(r"[^\w-]", "", title.lower().replace(" ", "-"))
        for title in re.findall(r"^#+ (.*)", page.read_text(), re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", page.read_text())) <= anchors
