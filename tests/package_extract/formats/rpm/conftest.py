"""Databases that real tools wrote (fixtures/rpm), and headers made here, entry by entry."""

from __future__ import annotations

import json
import lzma
import struct
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[4] / "fixtures" / "rpm" / "samples"
WIDTHS = {2: 1, 3: 2, 4: 4, 5: 8}


@pytest.fixture(scope="session")
def sample():
    """The bytes of a database, by the name of its sample."""
    return lambda name: lzma.decompress((SAMPLES / f"{name}.xz").read_bytes())


@pytest.fixture(scope="session")
def expected():
    """What rpm says of the packages in the samples."""
    return json.loads((SAMPLES / "expected.json").read_text())


@pytest.fixture(scope="session")
def header_blob():
    return make_header


def make_header(*entries):
    """A header without a region, from (tag, type, value): str, list of str, int or list of int."""
    index, data = b"", b""
    for tag, kind, value in entries:
        values = value if isinstance(value, list) else [value]
        if kind in WIDTHS:
            data += bytes(-len(data) % WIDTHS[kind])
            encoded = b"".join(number.to_bytes(WIDTHS[kind], "big") for number in values)
        else:
            encoded = b"".join((text if isinstance(text, bytes) else text.encode()) + b"\0" for text in values)
        index += struct.pack(">4I", tag, kind, len(data), len(values))
        data += encoded
    return struct.pack(">2I", len(entries), len(data)) + index + data
