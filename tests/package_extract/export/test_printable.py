import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.export.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ä 漢 é", "plain ä 漢 é"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("a\nb\tc\r\x00\x7f", "a\\nb\\tc\\r\\x00\\x7f"),
        ("evil\u202egpj.exe", "evil\\u202egpj.exe"),
        ("a\u2028b", "a\\u2028b"),
        (os.fsdecode(b"\xff"), "\\xff"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable(text, shown):
    assert printable(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_always_printable_and_encodable(text):
    assert printable(text).isprintable()
    printable(text).encode()
