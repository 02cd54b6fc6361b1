"""A blob decompressed by another process: what it gives, what it says at the end, and that nothing of it is left."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import random
import signal
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from package_extract.errors import PackageExtractError, UnsupportedMediaType
from package_extract.layer import ahead as ahead_module
from package_extract.layer.ahead import SLOTS, DecompressedAhead

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOT = 1 << 14
LONG = random.Random(0).randbytes(2 * SLOTS * SLOT)


@pytest.fixture(autouse=True, scope="module")
def small_slots() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ahead_module, "SLOT", SLOT)
        yield


def ahead(data: bytes, compression: str = "gzip", digest: str | None = None) -> DecompressedAhead:
    return DecompressedAhead(io.BytesIO(data), digest, compression)  # type: ignore[arg-type]


def everything(slots: DecompressedAhead) -> bytes:
    found = b""
    while (place := slots.following())[0] < place[1]:
        found += slots.memory[place[0] : place[1]]
        slots.free()
    return found


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def children() -> str:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


@settings(max_examples=25, deadline=None)
@given(st.integers(-2, 2), st.integers(0, SLOTS + 2))
def test_the_bytes_and_the_digest(more: int, slots: int) -> None:
    data = LONG[: max(0, slots * SLOT + more)]
    blob = gzip.compress(data, 1)
    with closing(ahead(blob, digest="sha256:")) as read:
        assert everything(read) == data
        start, end = read.following()
        assert start == end
        assert read.drain() == sha256(blob)
        assert read.passed == len(blob)


def test_the_digest_without_decompressing_everything() -> None:
    blob = gzip.compress(LONG, 1)
    with closing(ahead(blob, digest="sha256:")) as read:
        read.following()
        assert read.drain() == sha256(blob)
    with closing(ahead(blob)) as read:
        assert read.drain() is None


def test_what_is_broken_is_told_behind_what_is_good() -> None:
    blob = gzip.compress(LONG, 1)
    broken = blob[: len(blob) // 2] + bytes(100) + blob[len(blob) // 2 + 100 :]
    with closing(ahead(broken, digest="sha256:")) as read:
        start, end = read.following()
        assert read.memory[start:end] == LONG[:SLOT]
        with pytest.raises(ValueError, match=r"."):
            everything(read)
        assert read.drain() == sha256(broken)


def test_errors_of_ours_stay_themselves() -> None:
    with closing(ahead(b"", "lzip")) as read, pytest.raises(UnsupportedMediaType, match="lzip"):
        read.following()


def test_a_blob_that_cannot_be_read() -> None:
    class Unreadable(io.BytesIO):
        def readinto(self, _buffer: object) -> int:
            raise OSError("the disk is gone")

    with closing(DecompressedAhead(Unreadable(), "sha256:", "gzip")) as read:  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="the disk is gone"):
            read.following()
        with pytest.raises(OSError, match="the disk is gone"):
            read.drain()


def test_a_process_that_is_killed() -> None:
    before = children()
    with closing(ahead(gzip.compress(LONG, 1))) as read:
        (process,) = set(children().split()) - set(before.split())
        read.following()
        os.kill(int(process), signal.SIGKILL)
        with pytest.raises(PackageExtractError, match="killed"):
            everything(read)


def test_nothing_is_left_of_it() -> None:
    before = children(), sorted(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with closing(ahead(gzip.compress(LONG, 1), digest="sha256:")) as read:
            read.following()
    assert (children(), sorted(os.listdir("/proc/self/fd"))) == before
