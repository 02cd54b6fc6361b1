from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats import apk_database
from package_extract.formats.apk_database import parse_installed

if TYPE_CHECKING:
    import pytest

DATABASE = b"""C:Q1abc=
P:musl
V:1.2.2-r3
m:Timo Ter\xc3\xa4s <x@example.org>
p:so:libc.musl-x86_64.so.1=1
F:lib
M:0:0:755
R:ld-musl-x86_64.so.1
a:0:0:755
Z:Q1abc=
R:libc.musl-x86_64.so.1
F:
R:init

P:empty
V:1
V:2
D:
"""


def test_fields_and_files() -> None:
    (musl, empty), complaints = parse_installed(DATABASE)
    assert complaints == []
    assert musl.fields["P"] == "musl"
    assert musl.fields["m"] == "Timo Teräs <x@example.org>"
    assert musl.files.split(b"\n") == [b"lib/ld-musl-x86_64.so.1", b"lib/libc.musl-x86_64.so.1", b"init"]
    assert (empty.line, empty.files) == (15, b"")
    assert empty.fields == {"P": "empty", "V": "1", "D": ""}


def test_crlf() -> None:
    assert parse_installed(DATABASE.replace(b"\n", b"\r\n")) == parse_installed(DATABASE)


def test_bad_lines_are_named_and_the_rest_is_kept() -> None:
    records, complaints = parse_installed(b"this is no database\n\n" + DATABASE + b"junk\n")
    assert [record.fields["P"] for record in records] == ["musl", "empty"]
    assert [line for line, _ in complaints] == [1, 21]


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apk_database, "_MOST_RECORDS", 10)
    monkeypatch.setattr(apk_database, "_MOST_LINES", 10)
    records, complaints = parse_installed(b"P:\n\n" * 11)
    assert (len(records), len(complaints)) == (10, 1)
    records, complaints = parse_installed(b"P:x\n" + b"R:y\n" * 20)
    assert (records[0].files.count(b"y"), len(complaints)) == (9, 1)


def test_complaints_are_bounded() -> None:
    assert len(parse_installed(b"junk\n" * 1000)[1]) == 50


@given(st.binary(max_size=300) | st.text("PVFR:\n\r", max_size=60).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    records, complaints = parse_installed(data)
    lines = data.count(b"\n") + 1
    assert all(1 <= record.line <= lines and record.fields for record in records)
    assert all(1 <= line <= lines for line, _ in complaints)
