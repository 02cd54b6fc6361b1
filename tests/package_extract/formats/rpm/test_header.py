import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.rpm.header import Header

STRING, STRINGS, TRANSLATED, INT16, INT32, INT64 = 6, 8, 9, 3, 4, 5


def test_values_of_every_type(header_blob):
    header = Header(
        header_blob(
            (1000, STRING, "bash"),
            (1004, TRANSLATED, ["Shell", "Muschel"]),
            (1009, INT32, 4096),
            (5009, INT64, 1 << 40),
            (1030, INT16, [0o644, 0o755]),
            (1117, STRINGS, ["", "sh", ""]),
        )
    )
    assert header.text(1000) == "bash"
    assert header.text(1004) == "Shell"
    assert header.number(1009) == 4096
    assert header.number(5009) == 1 << 40
    assert header.numbers(1030) == (0o644, 0o755)
    assert header.strings(1117) == ["", "sh", ""]
    assert 1117 in header


def test_an_absent_tag_is_nothing(header_blob):
    header = Header(header_blob((1000, STRING, "bash")))
    assert (header.text(1), header.number(1), header.numbers(1), header.strings(1), header.raw(1)) == (
        None,
        None,
        (),
        [],
        b"",
    )


def test_a_later_entry_wins_as_dribbles_do(header_blob):
    assert Header(header_blob((1000, STRING, "built"), (1000, STRING, "installed"))).text(1000) == "installed"


def test_arrays_that_overlap_are_read_to_their_own_end():
    data = b"a\0b\0c\0"
    index = struct.pack(">8I", 1117, STRINGS, 0, 3, 1118, STRINGS, 2, 2)
    header = Header(struct.pack(">2I", 2, len(data)) + index + data)
    assert (header.strings(1117), header.strings(1118)) == (["a", "b", "c"], ["b", "c"])


def test_text_that_is_not_utf_8_is_marked(header_blob):
    assert Header(header_blob((1004, STRING, b"caf\xe9"))).text(1004) == "caf\ufffd"


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"\0" * 7,
        b"\0" * 8,
        struct.pack(">2I", 1, 0),
        struct.pack(">2I", 0xFFFFFFFF, 0) + bytes(64),
        struct.pack(">2I", 1, 0xFFFFFFFF) + bytes(64),
        b"\x8e\xad\xe8\x01" + bytes(20),
    ],
)
def test_counts_that_do_not_fit_the_blob(blob):
    with pytest.raises(FormatError):
        Header(blob)


@pytest.mark.parametrize(
    "entry",
    [
        (1000, STRING, 100, 1),
        (1000, STRING, 0, 0),
        (1000, INT32, 0, 2),
        (1000, 0, 0, 1),
        (1000, 99, 0, 1),
        (1000, STRINGS, 0, 9),
        (1000, STRINGS, 0, 1 << 31),
        (1000, INT32, 0xFFFFFFFF, 1),
    ],
)
def test_entries_that_lie(entry):
    header = Header(struct.pack(">2I", 1, 4) + struct.pack(">4I", *entry) + b"abc\0")
    failures = 0
    for access in (header.text, header.strings, header.numbers):
        try:
            access(1000)
        except FormatError:
            failures += 1
    assert failures >= 2


@given(st.data())
def test_no_header_does_more_than_refuse(data):
    count = data.draw(st.integers(1, 4))
    body = data.draw(st.binary(max_size=64))
    small = st.integers(0, 80) | st.integers(0, 0xFFFFFFFF)
    entries = [(1000 + i, data.draw(st.integers(0, 10)), data.draw(small), data.draw(small)) for i in range(count)]
    index = b"".join(struct.pack(">4I", *entry) for entry in entries)
    header = Header(struct.pack(">2I", count, len(body)) + index + body)
    for tag, *_ in entries:
        for access in (header.text, header.strings, header.numbers, header.number, header.raw):
            try:
                found = access(tag)
            except FormatError:
                continue
            assert found is None or isinstance(found, int) or len(found) <= len(body) + 1
