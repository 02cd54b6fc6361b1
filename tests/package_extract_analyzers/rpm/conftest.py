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
    """The section and the root of files by path; `gone` are files that cannot be read a second time."""

    def run(files, gone=()):
        image = root(files)
        image.gone = set(gone)
        return image.analyze(Rpm()), image

    return run
