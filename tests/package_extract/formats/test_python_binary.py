from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.elf import read_header
from package_extract.formats.python_binary import data_ranges, read_python_binary, version_from_hex
from tests.python_binaries import Binary, cpython


def read(data: bytes, series: str | None = None) -> dict[str, Any]:
    content = memoryview(data)
    return read_python_binary(content, read_header(content), series)


def test_a_static_cpython() -> None:
    assert read(cpython("3.11.2")) == {
        "hex": 0x030B02F0,
        "versions": ["3.11.2"],
        "tails": [],
        "suffixes": [".cpython-311-x86_64-linux-gnu.so"],
        "pypy": [],
    }


@pytest.mark.parametrize(
    ("constants", "series", "versions"),
    [
        ([b"3.5", b"3.5.3"], "3.5", ["3.5.3"]),
        ([b"305", b"3.5.3"], "3.5", ["3.5.3"]),
        ([b"3.13.0+"], "3.13", ["3.13.0+"]),
        ([b"3.14.0a1+", b"3.14.0"], "3.14", ["3.14.0", "3.14.0a1+"]),
        ([b"3.13.0rc2"], "3.13", ["3.13.0rc2"]),
        ([b"3.40.1", b"1.2.13", b"3.0.15"], "3.11", []),
        ([b"3.11.2 (main)"], "3.11", []),
        ([b"lib/python2.7", b"2.7.18"], None, ["2.7.18"]),
        ([b".cpython-36m-x86_64-linux-gnu.so", b"3.6.15"], None, ["3.6.15"]),
        ([b"3.11.2"], None, []),
    ],
)
def test_what_may_be_the_version(constants: list[bytes], series: str | None, versions: list[str]) -> None:
    assert read(Binary(constants=constants).build(), series)["versions"] == versions


def test_a_version_that_the_linker_stored_as_the_end_of_a_path() -> None:
    found = read(Binary(constants=[b"/opt/versions/3.9.18"]).build(), "3.9")

    assert (found["versions"], found["tails"]) == ([], ["3.9.18"])


def test_pypy() -> None:
    said = b"\x08\0\0\0\x003.9.16 (feeca7baa508, Dec 30 2024, 22:36:23)\n[PyPy 7.3.11 with "
    found = read(Binary(constants=[said, b".pypy39-pp73-x86_64-linux-gnu.so"]).build())

    assert (found["versions"], found["pypy"]) == (["3.9.16"], ["7.3.11"])
    assert found["suffixes"] == [".pypy39-pp73-x86_64-linux-gnu.so"]


def test_a_debug_build_knows_the_plain_suffix_too() -> None:
    suffixes = [b".cpython-313td-x86_64-linux-gnu.so", b".cpython-313t-x86_64-linux-gnu.so", b".abi3.so"]

    assert read(Binary(constants=suffixes).build())["suffixes"] == [one.decode() for one in sorted(suffixes[:2])]


def test_a_string_across_the_windows_is_found() -> None:
    for shift in range(24):
        filler = b"x" * ((1 << 20) - 40 + shift)
        assert read(Binary(constants=[filler, b"3.8.10"]).build(), "3.8")["versions"] == ["3.8.10"]


def test_only_the_constants_of_a_large_file_are_asked_for() -> None:
    data = Binary(constants=[b"3.8.10"], code=20 << 20).build()
    ranges = [*data_ranges(read_header(memoryview(data[: 1 << 20])))]

    assert sum(length for _, length in ranges) < 1 << 20
    holes = bytearray(len(data))
    holes[: 1 << 20] = data[: 1 << 20]
    for offset, length in ranges:
        holes[offset : offset + length] = data[offset : offset + length]
    assert read(bytes(holes), "3.8")["versions"] == ["3.8.10"]


@pytest.mark.parametrize(
    ("value", "version"),
    [
        (0x030B02F0, "3.11.2"),
        (0x030E00A1, "3.14.0a1"),
        (0x030D00C2, "3.13.0rc2"),
        (0x020712F0, "2.7.18"),
        (0x030B0200, None),
        (0, None),
        (1 << 60, None),
    ],
)
def test_version_from_hex(value: int, version: str | None) -> None:
    assert version_from_hex(value) == version


@given(st.integers(2, 3), st.integers(0, 99), st.integers(0, 255), st.sampled_from("abcf"), st.integers(0, 15))
def test_version_from_hex_is_what_python_makes_of_it(
    major: int, minor: int, micro: int, level: str, serial: int
) -> None:
    value = major << 24 | minor << 16 | micro << 8 | int(level, 16) << 4 | serial
    expected = f"{major}.{minor}.{micro}" + {"a": f"a{serial}", "b": f"b{serial}", "c": f"rc{serial}", "f": ""}[level]

    assert version_from_hex(value) == expected


@given(st.lists(st.binary(max_size=60), max_size=8), st.sampled_from([None, "3.11", "2.7"]))
def test_any_constants(constants: list[bytes], series: str | None) -> None:
    read(Binary(constants=constants).build(), series)
