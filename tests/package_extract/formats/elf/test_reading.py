from __future__ import annotations

import contextlib
import itertools
import tracemalloc
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.elf import machine_name, ranges, read_elf
from tests.package_extract.formats.elf.writer import BASE, Elf

FORMS = list(itertools.product((32, 64), ("little", "big"), ("gnu", "sysv")))


def library(**other: object) -> Elf:
    values: dict[str, object] = {
        "soname": "libexample.so.1",
        "needed": ["libc.so.6", "libm.so.6"],
        "rpath": "$ORIGIN/../lib:/opt/lib",
        "runpath": "$ORIGIN",
        "defines": ["EX_1.0", "EX_2.0"],
        "requires": {"libc.so.6": {"GLIBC_2.17": False, "GLIBC_2.34": True}, "libm.so.6": {"GLIBC_2.29": False}},
        "exported": ["one@@EX_2.0", "one@EX_1.0", "plain", "EX_1.0"],
        "undefined": ["memcpy@GLIBC_2.17", "pow@GLIBC_2.29", "free"],
        "local": ["private"],
    }
    return Elf(**{**values, **other})  # type: ignore[arg-type]


def read(elf: Elf | bytes, **how: bool):
    data = elf if isinstance(elf, bytes) else elf.build()
    return read_elf(memoryview(data), exported=True, undefined=True, **how)


@pytest.mark.parametrize(("bits", "byte_order", "hash_kind"), FORMS)
def test_every_class_and_byte_order(bits: int, byte_order: str, hash_kind: str) -> None:
    found = read(library(bits=bits, byte_order=byte_order, hash=hash_kind))

    assert (found.bits, found.byte_order, found.machine, found.kind) == (bits, byte_order, 62, 3)
    assert found.soname == "libexample.so.1"
    assert found.needed == ["libc.so.6", "libm.so.6"]
    assert (found.rpath, found.runpath) == ("$ORIGIN/../lib:/opt/lib", "$ORIGIN")
    assert found.defines == ["EX_1.0", "EX_2.0"]
    assert found.requires == {
        "libc.so.6": {"GLIBC_2.17": False, "GLIBC_2.34": True},
        "libm.so.6": {"GLIBC_2.29": False},
    }
    assert found.exported == [b"EX_1.0", b"one@@EX_2.0", b"one@EX_1.0", b"plain"]
    assert found.undefined == [b"free", b"memcpy@GLIBC_2.17", b"pow@GLIBC_2.29"]
    assert found.problems == []
    assert not found.is_program


def test_hash_table_of_s390x_has_wide_entries() -> None:
    found = read(library(machine=22, byte_order="big", hash="sysv"))
    assert len(found.exported) == 4
    assert found.problems == []


@pytest.mark.parametrize("hash_kind", ["gnu", ""])
def test_undefined_symbols_of_a_file_that_exports_nothing(hash_kind: str) -> None:
    found = read(library(exported=[], hash=hash_kind))
    assert found.exported == []
    assert found.undefined == [b"free", b"memcpy@GLIBC_2.17", b"pow@GLIBC_2.29"]


def test_symbols_of_programs_can_be_left_out() -> None:
    program = Elf(interpreter="/lib64/ld-linux-x86-64.so.2", exported=["main"])
    assert read(program).is_program
    assert read(program).interpreter == "/lib64/ld-linux-x86-64.so.2"
    assert read(program).exported == [b"main"]
    assert read(program, of_programs=False).exported is None


@pytest.mark.parametrize(
    ("elf", "is_program"),
    [
        (Elf(kind=2, soname="libodd.so"), True),
        (Elf(interpreter="/ld.so", soname="libc.so.6"), False),
        (Elf(extra=[(0x6FFFFFFB, 0x08000000)]), True),
        (Elf(), False),
    ],
)
def test_what_a_program_is(elf: Elf, is_program: bool) -> None:
    assert read(elf).is_program is is_program


def test_relocatable_files_have_a_header_only() -> None:
    found = read(library(kind=1))
    assert (found.kind, found.dynamic, found.needed) == (1, False, [])


@pytest.mark.parametrize("byte_order", ["little", "big"])
def test_notes(byte_order: str) -> None:
    order = "<" if byte_order == "little" else ">"
    tag = pack(order + "III4s4I", 4, 16, 1, b"GNU\0", 0, 3, 2, 0)
    properties = pack(order + "III", 0xC0010002, 4, 15) + bytes(4) + pack(order + "III", 0xC0008002, 4, 7) + bytes(4)
    found = read(Elf(byte_order=byte_order, notes=tag + pack(order + "III4s", 4, 32, 5, b"GNU\0") + properties))
    assert (found.system, found.isa_level) == ("Linux 3.2.0", 3)


@pytest.mark.parametrize(
    ("machine", "bits", "byte_order", "name"),
    [
        (62, 64, "little", "x86_64"),
        (21, 64, "little", "ppc64le"),
        (21, 64, "big", "ppc64"),
        (8, 64, "little", "mips64el"),
        (22, 64, "big", "s390x"),
        (9999, 64, "little", "em_9999"),
    ],
)
def test_machine_names(machine: int, bits: int, byte_order: str, name: str) -> None:
    assert machine_name(machine, bits, byte_order) == name


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no-elf"),
        (b"MZ" + bytes(100), "no-elf"),
        (b"\x7fELF\x03\x01\x01" + bytes(100), "corrupt"),
        (b"\x7fELF\x02\x09\x01" + bytes(100), "corrupt"),
        (b"\x7fELF", "corrupt"),
        (library().build()[:40], "truncated"),
    ],
)
def test_a_broken_header_is_an_error(data: bytes, code: str) -> None:
    with pytest.raises(FormatError) as raised:
        read(data)
    assert raised.value.code == code


def test_a_program_header_of_another_size_is_an_error() -> None:
    data = bytearray(library().build())
    data[54:56] = b"\0\0"
    with pytest.raises(FormatError, match="program header has 0 bytes"):
        read(bytes(data))


def test_every_cut_is_reported_and_what_is_there_is_read() -> None:
    whole = library().build()
    for length in range(64, len(whole)):
        assert read(whole[:length]).problems, length


def test_a_cut_behind_the_tables_keeps_them() -> None:
    found = read(library(text=bytes(1000)).build()[:-500])
    assert [code for code, _ in found.problems] == ["truncated"]
    assert found.needed == ["libc.so.6", "libm.so.6"]
    assert len(found.exported) == 4


@pytest.mark.parametrize(
    ("tag", "value", "kept"),
    [
        (5, 0xDEAD0000, []),  # DT_STRTAB
        (10, 1 << 40, []),  # DT_STRSZ
        (6, 0xDEAD0000, ["needed", "defines"]),  # DT_SYMTAB
        (0x6FFFFEF5, 0xDEAD0000, ["needed", "defines"]),  # DT_GNU_HASH
        (0x6FFFFFF0, 0xDEAD0000, ["needed", "defines"]),  # DT_VERSYM
        (0x6FFFFFFC, 0xDEAD0000, ["needed", "requires"]),  # DT_VERDEF
        (0x6FFFFFFE, 0xDEAD0000, ["needed", "defines"]),  # DT_VERNEED
        (14, 1 << 30, ["needed", "defines", "exported"]),  # DT_SONAME
        (1, 1 << 30, ["needed", "defines", "exported"]),  # DT_NEEDED
        (4, BASE, ["needed", "defines"]),  # DT_HASH, whose count is then part of the ELF header
    ],
)
def test_a_lying_entry_costs_what_it_leads_to_and_no_more(tag: int, value: int, kept: list[str]) -> None:
    found = read(library(extra=[(tag, value)]))
    if tag != 4:
        assert found.problems
    for name in kept:
        assert getattr(found, name), name


def test_a_circle_of_version_needs_ends() -> None:
    elf = library()
    data = bytearray(elf.build())
    need = data.index(pack("<HHI", 1, 2, elf.string("libc.so.6")))
    data[need + 12 : need + 16] = pack("<I", 0xFFFFFFF0)
    found = read(bytes(data))
    assert [code for code, _ in found.problems] == ["corrupt"]
    assert found.defines == ["EX_1.0", "EX_2.0"]


def test_entries_that_overlap_cannot_multiply() -> None:
    """Every version need leads to the same long list of versions, every version to the same long name."""
    form = Elf(soname="x" * 60_000)
    form.build()
    name = form.string("x" * 60_000)
    part = pack("<IHHII", 0, 0, 2, name, 16)
    need = pack("<HHIII", 1, 0xFFFF, name, 16, 16)
    text = need * 4000 + part * 4000
    bomb = Elf(soname="x" * 60_000, text=text)
    address = BASE + len(bomb.build()) - len(text) + 2 * 32
    bomb.extra = [(0x6FFFFFFE, address), (0x6FFFFFFF, 0xFFFFFFFF)]
    tracemalloc.start()
    found = read(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "limit" in [code for code, _ in found.problems]
    assert peak < 32 << 20


def test_symbols_that_share_a_long_name_cannot_multiply() -> None:
    count = 200_000
    elf = Elf(soname="y" * 60_000, exported=["z"], hash="sysv")
    elf.build()
    symbol = pack("<IBBHQQ", elf.string("y" * 60_000), 0x12, 0, 1, 0, 0)
    hash_table = pack("<II", 1, count)
    bomb = Elf(soname="y" * 60_000, text=hash_table + symbol * count)
    bomb.extra = [(4, 0), (6, 0)]
    address = BASE + len(bomb.build()) - len(bomb.text)
    bomb.extra = [(4, address), (6, address + 8)]
    tracemalloc.start()
    found = read(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [code for code, _ in found.problems] == ["limit"]
    assert found.exported is None
    assert peak < 64 << 20


@pytest.mark.parametrize("count", [1 << 19, 0xFFFFFFFF])
def test_a_lying_number_of_symbols(count: int) -> None:
    bomb = Elf(text=pack("<II", 1, count), extra=[(4, 0)])
    bomb.extra = [(4, BASE + len(bomb.build()) - 8)]
    found = read(bomb)
    assert found.exported is None
    assert found.problems


def test_large_files_are_read_from_the_ranges_that_are_asked_for() -> None:
    elf = library(padding=9 << 20, text=bytes(1 << 20))
    whole = elf.build()
    size = len(whole)
    asked = ranges(memoryview(whole)[: 1 << 20], size)
    known = [(0, 1 << 20), *((offset, offset + length) for offset, length in asked)]
    kept = bytearray(size)
    for start, end in known:
        kept[start:end] = whole[start:end]
    found = read_elf(memoryview(kept), known, exported=True)
    assert found == read_elf(memoryview(whole), exported=True)


def test_tables_that_are_not_kept_are_reported_and_not_read_as_zeros() -> None:
    whole = library(padding=20 << 20, code=True).build()
    asked = ranges(memoryview(whole)[: 1 << 20], len(whole))
    known = [(0, 1 << 20), *((offset, offset + length) for offset, length in asked)]
    found = read_elf(memoryview(whole), known, exported=True)
    assert [code for code, _ in found.problems] == ["limit"]
    assert found.exported is None


def test_a_first_segment_without_code_may_be_full_of_tables() -> None:
    whole = library(padding=20 << 20, text=bytes(1 << 20)).build()
    asked = ranges(memoryview(whole)[: 1 << 20], len(whole))
    assert (0, len(whole)) in asked


def test_a_string_table_that_is_too_large_costs_the_symbols_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("package_extract.formats.elf.dynamic.LARGEST_STRINGS", 20)
    found = read(library())
    assert [code for code, _ in found.problems] == ["limit"]
    assert (found.soname, found.defines) == ("libexample.so.1", ["EX_1.0", "EX_2.0"])
    assert found.exported is None


def test_ranges_of_what_is_no_elf_file() -> None:
    assert ranges(memoryview(b"text"), 1 << 30) == []


def test_ranges_are_bounded_however_many_segments_there_are() -> None:
    segment = pack("<IIQQQQQQ", 1, 4, 1 << 25, 0, 0, 1 << 24, 1 << 24, 8)
    data = bytearray(library().build()[:64]) + segment * 1000
    data[56:58] = pack("<H", 1000)
    assert sum(length for _, length in ranges(memoryview(data), 1 << 40)) <= 160 << 20


SMALL = [library(bits=bits, byte_order=order, hash=kind).build() for bits, order, kind in FORMS]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SMALL),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=8)), max_size=8),
    st.integers(0, 200),
)
def test_no_mutation_does_harm(data: bytes, changes: list[tuple[int, bytes]], cut: int) -> None:
    mutant = bytearray(data)
    for place, change in changes:
        start = place % len(mutant)
        mutant[start : start + len(change)] = change
    content = memoryview(bytes(mutant[: len(mutant) - cut]))
    try:
        found = read_elf(content, exported=True, undefined=True)
    except FormatError:
        return
    assert found.kind not in (2, 3) or isinstance(found.problems, list)
    assert sum(map(len, found.exported or ())) < 32 << 20


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from([(1, 1), (1, 2), (2, 1), (2, 2)]))
def test_arbitrary_bytes(data: bytes, kind: tuple[int, int]) -> None:
    with contextlib.suppress(FormatError):
        read_elf(memoryview(b"\x7fELF" + bytes(kind) + data), exported=True, undefined=True)
