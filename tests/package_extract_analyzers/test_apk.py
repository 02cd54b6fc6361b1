from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract_analyzers import apk
from package_extract_analyzers.apk import Apk

MUSL = b"""C:Q1abc=
P:musl
V:1.2.2-r3
A:x86_64
S:360760
I:516096
T:the musl c library (libc) implementation
L:MIT
o:musl
D:!uclibc so:x.so.1 y>=2
p:so:libc.musl-x86_64.so.1=1 cmd:ldd
F:lib
R:ld-musl-x86_64.so.1
Z:Q1abc=
R:libc.so

"""


def test_fields_and_owned_files(root: Any) -> None:
    image = root({"lib/apk/db/installed": b"P:a\nV:1\n\n" + MUSL})
    assert image.analyze(Apk()) == {
        "packages": [
            {
                "name": "a",
                "version": "1",
                "architecture": None,
                "origin": None,
                "license": None,
                "description": None,
                "size": None,
                "installed_size": None,
                "depends": [],
                "provides": [],
                "database": "lib/apk/db/installed",
            },
            {
                "name": "musl",
                "version": "1.2.2-r3",
                "architecture": "x86_64",
                "origin": "musl",
                "license": "MIT",
                "description": "the musl c library (libc) implementation",
                "size": 360760,
                "installed_size": 516096,
                "depends": ["!uclibc", "so:x.so.1", "y>=2"],
                "provides": ["so:libc.musl-x86_64.so.1=1", "cmd:ldd"],
                "database": "lib/apk/db/installed",
            },
        ]
    }
    owner = {"type": "apk", "name": "musl", "version": "1.2.2-r3"}
    assert image.owners == {"lib/ld-musl-x86_64.so.1": owner, "lib/libc.so": owner}
    assert image.problems == []


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("usr/lib/apk/db/installed", ""),
        ("var/lib/apk/db/installed", ""),
        ("opt/root/lib/apk/db/installed", "opt/root/"),
        ("opt/root/usr/lib/apk/db/installed", "opt/root/"),
    ],
)
def test_places(root: Any, path: str, prefix: str) -> None:
    image = root({path: MUSL})
    assert [package["database"] for package in image.analyze(Apk())["packages"]] == [path]
    assert set(image.owners) == {f"{prefix}lib/ld-musl-x86_64.so.1", f"{prefix}lib/libc.so"}


def test_a_database_counts_once(root: Any) -> None:
    linked = {"lib": "usr/lib", "usr/lib/apk/db/installed": MUSL}
    twice = {"lib/apk/db/installed": MUSL, "usr/lib/apk/db/installed": MUSL}
    assert len(root(linked).analyze(Apk())["packages"]) == 1
    assert len(root(twice).analyze(Apk())["packages"]) == 1


def test_what_is_broken_is_told(root: Any) -> None:
    image = root({"lib/apk/db/installed": b"this is no database\n\nP:x\n\nV:1\n\nP:y\nV:1\nI:1k\n\n" + MUSL})
    assert [package["name"] for package in image.analyze(Apk())["packages"]] == ["musl", "y"]
    assert [(p["code"], p["severity"], p["message"].partition(":")[0]) for p in image.problems] == [
        ("malformed", "warning", "line 1"),
        ("incomplete", "error", "line 3"),
        ("incomplete", "error", "line 5"),
    ]


def test_a_database_that_is_too_large(root: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apk, "_LARGEST", len(MUSL))
    image = root({"lib/apk/db/installed": MUSL + b"P:y\nV:1\n"})
    assert len(image.analyze(Apk())["packages"]) == 1
    assert [problem["code"] for problem in image.problems] == ["limit"]
    assert list(Apk().ranges(memoryview(b""), 10)) == [(0, 10)]


@given(data=st.binary(max_size=100))
def test_any_bytes_lose_no_neighbour(root: Any, data: bytes) -> None:
    image = root({"lib/apk/db/installed": data + b"\n\n" + MUSL})
    assert "musl" in [package["name"] for package in image.analyze(Apk())["packages"]]
