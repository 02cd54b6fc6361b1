from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats import debian_control
from package_extract.formats.debian_control import (
    parse_conffiles,
    parse_size,
    parse_source,
    parse_stanzas,
    split_dependencies,
)


def fields(text: str) -> list[dict[str, str]]:
    stanzas, complaints = parse_stanzas(text.encode())
    assert complaints == []
    return [stanza.fields for stanza in stanzas]


def test_stanzas_and_folded_fields() -> None:
    text = "\n\nPackage: a\nDESCRIPTION: short\n long\n .\n\tmore\nVersion:1\n\n\n\nPackage: b\nEmpty:\n\n\nPackage: c"
    assert fields(text) == [
        {"package": "a", "description": "short\nlong\n.\nmore", "version": "1"},
        {"package": "b", "empty": ""},
        {"package": "c"},
    ]
    assert [stanza.line for stanza in parse_stanzas(text.encode())[0]] == [3, 12, 16]


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n", " \n", "\r\n"])
def test_ends_of_the_file(end: str) -> None:
    assert fields("Package: a\nVersion: 1" + end) == [{"package": "a", "version": "1"}]


def test_white_space_alone_is_an_empty_line() -> None:
    assert fields("Package: a\n \t \nPackage: b\n \n \n\nPackage: c") == [{"package": name} for name in "abc"]


def test_crlf_byte_order_mark_and_other_encodings() -> None:
    assert fields("\ufeffPackage: a\r\nMaintainer: Zoë\r\n\r\nPackage: b") == [
        {"package": "a", "maintainer": "Zoë"},
        {"package": "b"},
    ]
    assert parse_stanzas(b"Package: a\nMaintainer: Zo\xeb")[0][0].fields["maintainer"] == "Zo\ufffd"


def test_a_missing_empty_line() -> None:
    stanzas, complaints = parse_stanzas(b"Package: a\nVersion: 1\nPackage: b\nVersion: 2\n")
    assert [(stanza.line, stanza.fields["version"]) for stanza in stanzas] == [(1, "1"), (3, "2")]
    assert complaints == [(3, "no empty line before this stanza")]


def test_bad_lines_are_named_and_the_rest_is_kept() -> None:
    text = b"Package: a\nDescription: d\n more\njunk\n of it\nVersion: 1\nVersion: 2\n: nameless\n\nPackage: b\n"
    stanzas, complaints = parse_stanzas(text)
    assert [stanza.fields for stanza in stanzas] == [
        {"package": "a", "description": "d\nmore", "version": "2"},
        {"package": "b"},
    ]
    assert [line for line, _ in complaints] == [4, 7, 8]
    assert stanzas[1].line == 10


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian_control, "_MOST_STANZAS", 10)
    monkeypatch.setattr(debian_control, "_MOST_LINES", 10)
    stanzas, complaints = parse_stanzas(b"P:\n\n" * 11)
    assert (len(stanzas), len(complaints)) == (10, 1)
    stanzas, complaints = parse_stanzas(b"\n".join(b"F%d: x" % n for n in range(11)))
    assert (len(stanzas[0].fields), len(complaints)) == (10, 1)


def test_complaints_are_bounded() -> None:
    stanzas, complaints = parse_stanzas(b"junk\n" * 1000)
    assert (len(stanzas), len(complaints)) == (0, 50)


def test_dependencies() -> None:
    assert split_dependencies("libc6 (>= 2.3),\nfoo  |\n bar:any [amd64] , ,\n") == [
        "libc6 (>= 2.3)",
        "foo | bar:any [amd64]",
    ]
    assert split_dependencies("") == []


@pytest.mark.parametrize(
    ("value", "source"),
    [("glibc", ("glibc", None)), ("gcc-5 (5.1.1-12)", ("gcc-5", "5.1.1-12")), ("x (", ("x", None)), ("", ("", None))],
)
def test_source(value: str, source: tuple[str, str | None]) -> None:
    assert parse_source(value) == source


@pytest.mark.parametrize(
    ("value", "size"), [("12", 12), ("0", 0), ("4KB", None), ("", None), ("-1", None), ("9" * 99, None)]
)
def test_size(value: str, size: int | None) -> None:
    assert parse_size(value) == size


def test_conffiles() -> None:
    value = (
        "\n/etc/a 0123abcd\n/etc/with blank 0123abcd obsolete\n/etc/c 0123abcd remove-on-upgrade\n/etc/d newconffile\nx"
    )
    assert parse_conffiles(value) == ["/etc/a", "/etc/with blank", "/etc/c"]


@given(st.binary(max_size=300) | st.text("Pa:k \n\t\0\r", max_size=60).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    stanzas, complaints = parse_stanzas(data)
    lines = data.replace(b"\r\n", b"\n").count(b"\n") + 1
    assert all(1 <= stanza.line <= lines and stanza.fields for stanza in stanzas)
    assert all(1 <= line <= lines for line, _ in complaints)


VALUE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs", "Cs"]), min_size=1, max_size=12
)


@given(
    st.lists(st.dictionaries(st.sampled_from(["a", "b-c", "d"]), st.lists(VALUE, min_size=1, max_size=3), min_size=1))
)
def test_what_is_written_is_read(stanzas: list[dict[str, list[str]]]) -> None:
    text = "\n\n".join("\n".join(f"{n}: " + "\n ".join(v) for n, v in stanza.items()) for stanza in stanzas)
    assert fields(text) == [{n: "\n".join(v) for n, v in stanza.items()} for stanza in stanzas]
