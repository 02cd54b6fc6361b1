from __future__ import annotations

import contextlib
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.ld_so_cache import CacheEntry, parse_ld_so_cache

ENTRIES = [("libz.so.1", "/lib/libz.so.1", 0), ("libm.so.6", "/lib/glibc-hwcaps/x86-64-v3/libm.so.6", 1 << 62)]
EXPECTED = [CacheEntry(name, path, bool(hwcap)) for name, path, hwcap in ENTRIES]


def new_cache(order: str = "<", said: int = 2, start: int = 0) -> bytes:
    strings, rows = b"", b""
    base = 48 + 24 * len(ENTRIES)
    for name, path, hwcap in ENTRIES:
        at = base + len(strings)
        strings += name.encode() + b"\0" + path.encode() + b"\0"
        rows += pack(order + "iIIIQ", 0x303, at, at + len(name) + 1, 0, hwcap)
    head = b"glibc-ld.so.cache1.1" + pack(order + "II", len(ENTRIES), len(strings)) + bytes([said]) + bytes(19)
    return head + rows + strings


def old_cache() -> bytes:
    strings, rows = b"", b""
    for name, path, _ in ENTRIES:
        rows += pack("<iII", 3, len(strings), len(strings) + len(name) + 1)
        strings += name.encode() + b"\0" + path.encode() + b"\0"
    return b"ld.so-1.7.0\0" + pack("<I", len(ENTRIES)) + rows + strings


@pytest.mark.parametrize(("order", "said"), [("<", 2), (">", 3), ("<", 0), (">", 0)])
def test_both_byte_orders_said_or_not(order: str, said: int) -> None:
    assert parse_ld_so_cache(new_cache(order, said)) == EXPECTED


def test_the_old_form_alone_and_before_the_new_one() -> None:
    assert parse_ld_so_cache(old_cache()) == [entry._replace(conditional=False) for entry in EXPECTED]
    assert parse_ld_so_cache(old_cache() + new_cache()) == EXPECTED


@pytest.mark.parametrize(
    "data", [b"", b"text", new_cache()[:60], old_cache()[:30], new_cache()[:20] + b"\xff" * 28, b"glibc-ld.so.cache1.1"]
)
def test_what_is_broken_is_an_error(data: bytes) -> None:
    if data == b"glibc-ld.so.cache1.1":
        data += b"\xff\xff\xff\xff"
    with pytest.raises(FormatError):
        parse_ld_so_cache(data)


@given(st.sampled_from([new_cache(), old_cache()]), st.integers(0, 200), st.binary(max_size=30))
def test_mutations(data: bytes, place: int, change: bytes) -> None:
    mutant = data[:place] + change + data[place + len(change) :]
    with contextlib.suppress(FormatError):
        assert len(parse_ld_so_cache(mutant)) < 200_000
