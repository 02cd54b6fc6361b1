"""The pages for users: what they show is run, and what they link to is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.page_blocks import NOTES, Block, blocks, commands, without_blocks
from tests.docs.stand_in_image import write_image
from tests.docs.stand_in_wheels import write_wheels

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md"]
LINKED = [*PAGES, ROOT / "CONTRIBUTING.md"]
RUN = ("console", "sh", "python")
SHOWN = ("text", "json", "toml", "yaml", "csv", "ini")


class Reader:
    """Runs what a page shows, in a directory with the example image, as a reader has it in a clone, and with an `image.tar`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "fixtures").mkdir()
        shutil.copy(ROOT / "fixtures" / "example-image.tar", folder / "fixtures")
        (folder / "docs").symlink_to(ROOT / "docs")
        write_wheels(folder / "wheels")
        write_image(folder / "image.tar")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))},
            "PATH": f"{folder}/bin:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(folder / "cache"),
            "COLUMNS": "100",
            "HOME": str(folder),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(folder / "wheels"),
        }

    def start(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=120
        )

    def shell(self, command: str, exit_code: int = 0) -> str:
        done = self.start("bash", "-euo", "pipefail", "-c", command)
        assert done.returncode == exit_code, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def python(self, code: str) -> str:
        done = self.start(sys.executable, "-W", "ignore", "-c", code)
        assert (done.returncode, done.stderr) == (0, ""), f"{code}\n{done.stderr}"
        return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_true(page: Path, tmp_path: Path) -> None:
    reader, printed = Reader(tmp_path), None
    for block in blocks(page.read_text()):
        if block.language == "text" and block.follows and printed is not None:
            assert printed == block.text
        printed = run(block, reader) if block.language in RUN and "not run" not in block.notes else None


def run(block: Block, reader: Reader) -> str | None:
    """What a block of Python prints; the output of commands is compared here."""
    if "first" in block.notes:
        reader.shell(block.notes["first"])
    if block.language == "python":
        return reader.python(block.text)
    exit_code = int(block.notes.get("exit code", 0))
    if block.language == "sh":
        reader.shell(block.text, exit_code)
        return None
    for command, shown in commands(block.text):
        output = reader.shell(command, exit_code)
        if shown:
            assert output == shown, command
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_command_escapes_the_test(page: Path) -> None:
    text = page.read_text()
    found = blocks(text)
    assert len(re.findall(r"^\s*```", text, re.MULTILINE)) == 2 * len(found), "a fence is indented or not closed"
    assert {block.language for block in found} <= {*RUN, *SHOWN}
    assert not re.search(
        r"^ {4,}(?:\$ )?(?:package-extract|pip|uv|make|sudo|podman|kubectl) ", without_blocks(text), re.MULTILINE
    )
    shown = [] if page.name == "command-line.md" else [block.text for block in found if block.language not in RUN]
    assert not [text for text in shown if re.search(r"^(?:\$ |.*\| *)?package-extract ", text, re.MULTILINE)]
    for block in found:
        assert set(block.notes) <= set(NOTES)
        assert block.notes.get("not run", "a reason") != ""


def test_blocks_are_run_unless_their_page_says_why_not() -> None:
    page = "<!-- first: touch x -->\n```sh\nls x\n```\n\n<!-- not run: why -->\n```python\n1/0\n```\n\n```text\n```\n"
    one, two, three = blocks(page)
    assert (one.notes, two.notes, three.follows) == ({"first": "touch x"}, {"not run": "why"}, True)


@pytest.mark.parametrize(
    ("language", "text"), [("sh", "false"), ("console", "$ echo a\nb\n"), ("python", "raise SystemExit(1)")]
)
def test_what_is_false_is_found(language: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        run(Block(language, text, {}, False), Reader(tmp_path))


@pytest.mark.parametrize("page", LINKED, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    for target in re.findall(r"\]\(([^)#][^)]*?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
    anchors = {
        re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")) for title in re.findall(r"^#+ (.*)", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= anchors
