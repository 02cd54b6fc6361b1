from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from package_extract.formats.c_macros import read_macros

PATCHLEVEL = b"""\
/* Version as a string */
#define PY_MAJOR_VERSION\t3
#define PY_VERSION      \t"3.11.2+"  /* a comment */
#  define PYPY_VERSION "7.3.11"
// #define PY_VERSION "3.0.0"
/* #undef Py_DEBUG */
"""


def test_strings_numbers_and_what_is_not_defined() -> None:
    names = frozenset({"PY_VERSION", "PYPY_VERSION", "Py_DEBUG", "PY_MAJOR_VERSION"})

    assert read_macros(PATCHLEVEL, names) == {
        "PY_MAJOR_VERSION": "3",
        "PY_VERSION": "3.11.2+",
        "PYPY_VERSION": "7.3.11",
    }


def test_only_what_is_asked_for() -> None:
    assert read_macros(PATCHLEVEL, frozenset({"PY_VERSION"})) == {"PY_VERSION": "3.11.2+"}


@given(st.binary(max_size=400))
def test_noise(data: bytes) -> None:
    read_macros(b"#define A " + data, frozenset({"A"}))
