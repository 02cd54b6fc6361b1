from __future__ import annotations

import platform
import shlex
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.os_release import parse_assignments

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=plain", "plain"),
        ('A="two words"', "two words"),
        ("A='two words'", "two words"),
        ("A=", ""),
        ('A=""', ""),
        ("  A=indented", "indented"),
        ("A=trailing \t", "trailing"),
        (r'A="a \"quoted\" \$dollar \`tick\` \\ back"', 'a "quoted" $dollar `tick` \\ back'),
        (r"A='as \$written'", r"as \$written"),
        (r'A="unknown \n escape"', r"unknown \n escape"),
        ("A=cpe:/o:x:y=z", "cpe:/o:x:y=z"),
        ('A="never closed', '"never closed'),
        ("A='", "'"),
        ("A=1\nA=2", "2"),
        ("A=x # not a comment", "x # not a comment"),
    ],
)
def test_values(line: str, value: str) -> None:
    assert parse_assignments(line.encode()) == {"A": value}


@pytest.mark.parametrize(
    "line", ["", "#A=comment", "  # A=comment", "no assignment", "=value", "A B=c", "Ä=x", "export A=1"]
)
def test_lines_that_are_no_assignment_are_passed_over(line: str) -> None:
    assert parse_assignments(f"ID=x\n{line}\nNAME=y".encode()) == {"ID": "x", "NAME": "y"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert parse_assignments(end.join(("ID=x", "NAME='y'", "")).encode()) == {"ID": "x", "NAME": "y"}


def test_byte_order_mark_and_bytes_that_are_not_utf8() -> None:
    assert parse_assignments(b"\xef\xbb\xbfID=x\nNAME=a\xffb\nC=\x01\x00") == {
        "ID": "x",
        "NAME": "a\ufffdb",
        "C": "\x01\x00",
    }


NAMES = st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=8)
VALUES = st.text(string.printable.replace("\n", "").replace("\r", "") + "äß☃", max_size=20)
JUNK = st.sampled_from(["", "# comment", "#X=1", "junk", "=", "=x", "A B=1"])


def as_written(value: str, form: str) -> str:
    if form == "single":
        return "'" + value.replace("'", "").replace("\\", "") + "'"
    if form == "plain":
        return "".join(c for c in value if c in string.ascii_letters + string.digits + "-.:/")
    return '"' + "".join("\\" + c if c in '$"`\\' else c for c in value) + '"'


ASSIGNMENTS = st.builds(
    lambda name, value, form: f"{name}={as_written(value, form)}",
    NAMES,
    VALUES,
    st.sampled_from(["single", "plain", "double"]),
)


@given(st.lists(ASSIGNMENTS | JUNK, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_reads_what_python_reads(lines: list[str], end: str) -> None:
    text = end.join(lines)
    reader = platform._parse_os_release  # type: ignore[attr-defined]
    expected = reader(text.replace("\r\n", "\n").split("\n"))
    defaults = {"NAME": "Linux", "ID": "linux", "PRETTY_NAME": "Linux"}
    assert {**defaults, **parse_assignments(text.encode())} == expected


@given(st.lists(st.tuples(NAMES, VALUES), max_size=5))
def test_reads_what_a_shell_reads(pairs: list[tuple[str, str]]) -> None:
    text = "\n".join(f"{name}={as_written(value, 'double')}" for name, value in pairs)
    words = [word.partition("=") for word in shlex.split(text.replace("\\$", "$").replace("\\`", "`"))]
    assert parse_assignments(text.encode()) == {name: value for name, _, value in words}


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    for name, value in parse_assignments(data).items():
        assert name.isascii()
        assert "\n" not in value


def test_the_running_python_agrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "os-release"
    file.write_text('ID=x\nPRETTY_NAME=\'It is\'\nNAME="a \\"b\\""\n')
    monkeypatch.setattr(platform, "_os_release_candidates", (str(file),))
    monkeypatch.setattr(platform, "_os_release_cache", None)
    assert parse_assignments(file.read_bytes()) == platform.freedesktop_os_release()
