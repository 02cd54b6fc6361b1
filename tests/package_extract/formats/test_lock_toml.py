import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.lock_toml import LARGEST_TOML, read_pipfile, read_toml, read_toml_lock


def test_locks() -> None:
    data = b'version = 1\n[[package]]\nname = "a"\nversion = "1"\n[[package]]\nname = "local"\n'
    assert read_toml_lock(data) == [("a", "1", "==1"), ("local", None, None)]
    assert read_toml_lock(data.replace(b"package", b"packages")) == [("a", "1", "==1"), ("local", None, None)]


@pytest.mark.parametrize(
    "data", [b"", b"package = 1", b"package = [1]", b"[[package]]\nname = 1", b"[package.x]\ny = 1"]
)
def test_other_documents(data: bytes) -> None:
    assert read_toml_lock(data) == []


def test_pipfiles() -> None:
    document = {
        "packages": {"a": "==1", "b": {"version": ">=2"}, "c": "*", "d": {"git": "x"}, "e": 1},
        "dev-packages": 1,
    }
    assert read_pipfile(document) == [
        ("a", "1", "==1"),
        ("b", None, ">=2"),
        ("c", None, None),
        ("d", None, None),
        ("e", None, None),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"x = " + b"[" * 100_000,
        b"a." * 10_000 + b"a = 1",
        b"".join(b"k%d" % number + b".a" * 250 + b" = 1\n" for number in range(5000)),
        b" " * (LARGEST_TOML + 1),
        b"x = 1\nx = 2",
        b"\xff",
    ],
)
def test_what_is_refused_is_refused_soon(data: bytes) -> None:
    started = time.process_time()
    with pytest.raises(FormatError):
        read_toml(data)
    assert time.process_time() - started < 2


@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    with suppress(FormatError):
        assert isinstance(read_toml_lock(data), list)
