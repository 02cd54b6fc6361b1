from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.elf_segments import ElfSegments, read_segments
from tests.python_binaries import MACHINES, Binary


def read(data: bytes) -> ElfSegments:
    return read_segments(memoryview(data), len(data))


@pytest.mark.parametrize("machine", MACHINES)
def test_every_class_and_byte_order(machine: str) -> None:
    data = Binary(machine, "/lib/ld.so.1", ["libpython3.11.so.1.0", "libc.so.6"], "$ORIGIN/../lib:/opt", 0x030B02F0)
    elf = read(data.build())

    number, bits, order, flags = MACHINES[machine]
    assert (elf.machine, elf.bits, elf.order, elf.flags) == (number, bits, order, flags)
    assert elf.interpreter() == "/lib/ld.so.1"
    assert elf.needed() == ["libpython3.11.so.1.0", "libc.so.6"]
    assert elf.library_paths() == ["$ORIGIN/../lib", "/opt"]
    assert elf.exported_integer("Py_Version") == 0x030B02F0


def test_a_static_program_has_neither_loader_nor_symbol() -> None:
    elf = read(Binary(interpreter=None, needed=[]).build())

    assert elf.interpreter() is None
    assert elf.needed() == []
    assert elf.soname() is None
    assert elf.exported_integer("Py_Version") is None


@pytest.mark.parametrize("one_segment", [False, True])
def test_constants_leave_code_out_where_it_is_apart(one_segment: bool) -> None:
    data = Binary(constants=[b"marker"], code=1 << 16, one_segment=one_segment).build()
    elf = read(data)

    parts = [data[segment.offset : segment.offset + segment.length] for segment in elf.constants()]
    assert any(b"\0marker\0" in part for part in parts)
    assert (sum(map(len, parts)) > 1 << 16) is one_segment


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"#!/bin/sh\n" * 10, b"\x7fELF\x02\x07" + bytes(100)])
def test_what_is_no_elf_file(data: bytes) -> None:
    with pytest.raises(FormatError):
        read(data)


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
    """Ask everything; only `FormatError` may come out."""
    try:
        elf = read(data)
    except FormatError:
        return
    elf.interpreter(), elf.needed(), elf.library_paths(), elf.soname(), elf.constants()
    elf.exported_integer("Py_Version")
