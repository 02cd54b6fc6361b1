"""Ranges of files as streams."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.image.byte_range import ByteRange

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = bytes(range(256)) * 4


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("range") / "file"
    path.write_bytes(CONTENT)
    return path


OPERATIONS = st.lists(
    st.tuples(st.just("read"), st.integers(1, 400)) | st.tuples(st.sampled_from([0, 1, 2]), st.integers(-300, 700)),
    max_size=12,
)


@given(st.integers(0, 900), st.integers(0, 600), OPERATIONS)
def test_behaves_like_a_file(path: Path, offset: int, length: int, operations: list[tuple[object, int]]) -> None:
    expected = io.BytesIO(CONTENT[offset : offset + length])
    size = len(expected.getvalue())
    with ByteRange(os.open(path, os.O_RDONLY), offset, size) as stream:
        for operation, number in operations:
            if operation == "read":
                buffer = bytearray(number)
                count = stream.readinto(memoryview(buffer))
                assert bytes(buffer[:count]) == expected.read(number)
                continue
            position = (0, expected.tell(), size)[operation] + number  # type: ignore[call-overload]
            if position < 0:
                with pytest.raises(ValueError, match="before the start"):
                    stream.seek(number, operation)  # type: ignore[arg-type]
            else:
                assert stream.seek(number, operation) == expected.seek(position)  # type: ignore[arg-type]


def test_file_that_ends_early(path: Path) -> None:
    with ByteRange(os.open(path, os.O_RDONLY), 1000, 100) as stream:
        assert stream.readinto(memoryview(bytearray(100))) == 24
        assert stream.readinto(memoryview(bytearray(100))) == 0


def test_closing_twice(path: Path) -> None:
    stream = ByteRange(os.open(path, os.O_RDONLY), 0, 1)
    stream.close()
    stream.close()
