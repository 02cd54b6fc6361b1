import email.parser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from package_extract.formats.core_metadata import read_headers, stray_version, unfold

FIELDS = frozenset({"name", "version", "requires-python", "requires-dist", "provides-extra"})

_names = st.sampled_from(["Name", "name", "VERSION", "Requires-Dist", "Classifier", "From", "", "X Y", "Ünï", "Name "])
_values = st.text(st.sampled_from("ab1 \t:;'\"é\x0b\x0c\x85\u2028[]"), max_size=8)
_lines = st.one_of(
    st.builds("{}:{}".format, _names, _values),
    st.builds(" {}".format, _values),
    st.builds("\t{}".format, _values),
    st.builds("From {}".format, _values),
    _values,
    st.just(""),
)
_texts = st.lists(st.tuples(_lines, st.sampled_from(["\n", "\r\n", "\r"])), max_size=12).map(
    lambda rows: "".join(line + end for line, end in rows)
)


def by_email(text: str) -> dict[str, list[str]]:
    message = email.parser.Parser().parsestr(text)
    found = {name: message.get_all(name) for name in FIELDS if name in message}
    return {name: [value.replace("\r\n", "\n").replace("\r", "\n") for value in found[name]] for name in found}


@given(_texts, st.booleans())
@example("Name: a\nfrom: x\nFrom x\n b\nVersion: 1\n", True)
@example("\nName: a\n", True)
@example(" leading continuation\nName: a\n", True)
@example(":empty name\n folded\nName: a", False)
@example("Name: a\r\nVersion: 1\r\n\r\nVersion: 2\r\n", True)
def test_read_headers_equals_email_parser(text: str, ends: bool) -> None:
    text = text if ends else text.rstrip("\r\n")
    # Python 3.13 strips line breaks before a value that begins on its second line; older ones keep them
    expected = {name: [value.lstrip(" \t\n") for value in values] for name, values in by_email(text).items()}
    assert read_headers(text.encode(), FIELDS) == expected


@given(st.binary(max_size=200))
def test_any_bytes_give_headers(data: bytes) -> None:
    found = read_headers(data, FIELDS)
    assert found.keys() <= FIELDS
    assert all(values for values in found.values())


def test_bytes_that_are_not_utf_8_cost_only_themselves() -> None:
    found = read_headers(b"Name: caf\xe9\nVersion: 1\n", FIELDS)
    assert found == {"name": ["caf\N{REPLACEMENT CHARACTER}"], "version": ["1"]}


def test_a_stray_line_ends_the_headers_and_what_came_before_is_kept() -> None:
    assert read_headers(b"Name: a\nstray line\nVersion: 1\n", FIELDS) == {"name": ["a"]}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"stray\nVERSION:  1.0 \r\nVersion: 2", "1.0"),
        (b"Metadata-Version: 2.1\n Version: 1", None),
        (b"Version:\nVersion: 1", None),
        (b"", None),
    ],
)
def test_stray_version(data: bytes, expected: str | None) -> None:
    assert stray_version(data) == expected


def test_headers_are_bounded() -> None:
    data = b"Classifier: x\n" * 80_000 + b"Name: late\n"
    assert len(data) > 1 << 20
    assert read_headers(data, FIELDS) == {}


@pytest.mark.parametrize(
    ("value", "expected"), [("a", "a"), (" a\n  b ", "a b"), ("a;\n\t python_version < '3'", "a; python_version < '3'")]
)
def test_unfold(value: str, expected: str) -> None:
    assert unfold(value) == expected
