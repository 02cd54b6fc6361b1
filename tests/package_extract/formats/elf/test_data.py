from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.elf import constants, exported_integer, read_header
from tests.python_binaries import MACHINES, Binary


def value(data: bytes, name: str = "Py_Version") -> int | None:
    content = memoryview(data)
    return exported_integer(content, read_header(content), name)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_class_and_byte_order(machine: str) -> None:
    assert value(Binary(machine, py_version=0x030B02F0).build()) == 0x030B02F0


def test_a_variable_that_is_not_there() -> None:
    assert value(Binary().build()) is None
    assert value(Binary(py_version=1).build(), "Py_Other") is None
    assert value(Binary(py_version=1).build(), "Version") is None, "the end of another name"


@pytest.mark.parametrize("one_segment", [False, True])
def test_constants_leave_code_out_where_it_is_apart(one_segment: bool) -> None:
    data = Binary(constants=[b"marker"], code=1 << 16, one_segment=one_segment).build()
    segments = constants(read_header(memoryview(data)))

    parts = [data[segment.offset : segment.offset + segment.length] for segment in segments]
    assert any(b"\0marker\0" in part for part in parts)
    assert (sum(map(len, parts)) > 1 << 16) is one_segment


WHOLE = Binary(py_version=1, runpath="/x").build()


@given(st.integers(0, len(WHOLE) - 1))
def test_cut_off_anywhere(length: int) -> None:
    touch(WHOLE[:length])


@given(st.lists(st.tuples(st.integers(0, 1200), st.integers(0, 255)), min_size=1, max_size=12))
def test_broken_anywhere(changes: list[tuple[int, int]]) -> None:
    data = bytearray(WHOLE)
    for place, value in changes:
        data[place] = value
    touch(bytes(data))


@given(st.binary(max_size=400))
def test_noise_behind_a_header(noise: bytes) -> None:
    touch(WHOLE[:64] + noise)


def touch(data: bytes) -> None:
    """Only `FormatError` may come out, and only for a header."""
    try:
        header = read_header(memoryview(data))
    except FormatError:
        return
    constants(header), exported_integer(memoryview(data), header, "Py_Version")
