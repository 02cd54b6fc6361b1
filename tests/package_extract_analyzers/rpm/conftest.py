"""Databases that real tools wrote (fixtures/rpm), and a root in memory whose files can be read again."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from package_extract_analyzers.rpm import Rpm

SAMPLES = Path(__file__).parents[3] / "fixtures" / "rpm" / "samples"


@pytest.fixture(scope="session")
def sample():
    return lambda name: lzma.decompress((SAMPLES / f"{name}.xz").read_bytes())


@pytest.fixture
def analyze(root):
    """The section and the image of files by path."""

    class Image(root):
        def content(self, path, limit=1 << 26):
            content = self.entries.get(path)
            return content if content is None else content[:limit]

    def run(files):
        image = Image(files)
        return image.analyze(Rpm()), image

    return run
