"""Temporary files without a name."""

from __future__ import annotations

import gzip
import os
import resource
from typing import TYPE_CHECKING

import pytest

from package_extract.errors import CorruptImage, LimitExceeded, NoSuchImage, PackageExtractError
from package_extract.image import spool as module
from package_extract.image.options import OpenOptions
from package_extract.image.spool import decompressed, spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_pieces_are_kept(tmp_path: Path) -> None:
    descriptor = spool(iter([b"one", b"", b"two"]), OpenOptions(scratch=str(tmp_path)), "x")
    try:
        assert os.pread(descriptor, 100, 0) == b"onetwo"
        assert list(tmp_path.iterdir()) == []
    finally:
        os.close(descriptor)


def test_limit(tmp_path: Path) -> None:
    with pytest.raises(LimitExceeded, match="x grows beyond 5 bytes"):
        spool(iter([b"abc", b"abc"]), OpenOptions(scratch=str(tmp_path), spool_limit=5), "x")


def test_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RATIO_COUNTS_FROM", 1000)
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(bytes(10_000_000)))
    size = bomb.stat().st_size
    with pytest.raises(LimitExceeded, match=f"grows beyond {200 * size} bytes"):
        spool(decompressed(str(bomb), "gzip"), OpenOptions(scratch=str(tmp_path)), "x", size)


def test_no_room(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(PackageExtractError, match=r"cannot write temporary files in .*: File too large"):
            spool(iter([bytes(5000)]), OpenOptions(scratch=str(tmp_path)), "x")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_errors_of_the_source_are_not_those_of_the_file(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        spool(broken(), OpenOptions(scratch=str(tmp_path)), "x")


def test_decompression_ends_with_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "zeros.gz"
    path.write_bytes(gzip.compress(bytes(10_000_000)))
    before = len(os.listdir("/proc/self/fd"))
    pieces = decompressed(str(path), "gzip")
    assert next(pieces)
    pieces.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchImage):
        next(decompressed(str(tmp_path / "nothing"), "gzip"))


def test_file_that_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(os.urandom(3_000_000))[:-100])
    with pytest.raises(CorruptImage, match="is truncated"):
        list(decompressed(str(path), "gzip"))
