"""The site of `make docs` builds without a warning, with every page in its navigation."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_every_page_is_in_the_navigation():
    listed = re.findall(r"^ +- (?:.+: )?([\w-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))


def test_it_builds_without_a_warning(tmp_path):
    if importlib.util.find_spec("material") is None:
        message = "mkdocs-material is not installed"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "architecture.svg" in (tmp_path / "site/architecture/index.html").read_text()
    pages = list((tmp_path / "site").rglob("*.html"))
    loaded = [
        address
        for page in pages
        for address in re.findall(r'<(?:script|img)[^>]* src="(https?:[^"]*)', page.read_text())
    ]
    assert loaded == []
