from __future__ import annotations

import datetime as dt
import time
from contextlib import suppress

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from package_extract.resolver.rules import yaml_reading
from package_extract.resolver.rules.yaml_reading import InvalidYaml, read_yaml

SAMES = [
    b"", b"# nothing\n", b"a: 1\nb: [1, 2.5, .inf, 0x1f, 0o7, 017, 1_000, 190:20:30]",
    b"[yes, No, on, OFF, true, ~, null, Null, '', \"x\\n\", plain text]",
    b"d: 2001-12-14\nt: 2001-12-14t21:59:43.10-05:00\nu: 2001-12-15 2:59:43.10\n",
    b"base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\n",
    b"a: &a {x: 1}\nb: &b {x: 2, z: 3}\nuse:\n  <<: [*a, *b]\n  w: 4\n",
    b"a: &a {x: 1}\nuse:\n  w: 4\n  <<: *a\n",
    b"s: &s [1, 2]\nt: *s\n", b"text: |\n  one\n  two\nfolded: >-\n  one\n  two\n",
    b"!!str 12: !!int '7'\nf: !!float 1\nb: !!bool 'yes'\n", b"x: !!binary aGVsbG8=\n", b"quoted: '1'\nversion: \"1.0\"\n",
    b"a: 1\na: 2\n", "ü: ä\n".encode(), "\ufeffa: 1".encode(), "a: ü".encode("utf-16"),
]  # fmt: skip


@pytest.mark.parametrize("data", SAMES)
def test_values_are_those_of_the_safe_loader(data):
    ours = read_yaml(data).value
    theirs = yaml.load(data, yaml.CSafeLoader)
    assert ours == theirs
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("data", SAMES)
def test_values_are_the_same_without_libyaml(data, monkeypatch):
    expected = repr(read_yaml(data).value)
    monkeypatch.setattr(yaml_reading, "_Parser", yaml.SafeLoader)
    assert repr(read_yaml(data).value) == expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=20)
        | st.dates(dt.date(1900, 1, 1)),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
        max_leaves=20,
    )
)  # fmt: skip
def test_any_data_comes_back(value):
    assert read_yaml(yaml.safe_dump(value).encode()).value == value


@settings(max_examples=300)
@given(st.text(alphabet="ab:{}[]&*<!|>-? \n'\"#%,0\t~", max_size=60).map(str.encode) | st.binary(max_size=60))
def test_whatever_the_bytes_are_there_is_a_value_or_an_error(data):
    with suppress(InvalidYaml):
        read_yaml(data)


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"a: 1\nb: [1, 2\n", 3, "expected"),
        (b"a: 1\nb: *nobody\n", 2, "has no anchor"),
        (b"a: 1\n---\nb: 2\n", 2, "more than one document"),
        (b"a: 1\nb: !!python/object/apply:os.system ['echo']\n", 2, "is not allowed"),
        (b"a: 1\nb: !mine x\n", 2, "is not allowed"),
        (b"a: &a [*a]\n", 1, "inside of what it names"),
        (b"a: 1\n? [x]\n: 1\n", 2, "one scalar"),
        (b"a:\n  <<: 7\n", 2, "can be merged"),
        (b"a: !!int x\n", 1, "is no int"),
        (b"a: \xff\n", 1, "."),
        (b"a: \x00\n", 1, "."),
    ],
)
def test_errors_tell_the_line(data, line, words):
    with pytest.raises(InvalidYaml, match=words) as caught:
        read_yaml(data)
    assert caught.value.line == line


def test_lines_of_parts():
    document = read_yaml(b"units:\n  sieves:\n  - name: x\n    match:\n      deep:\n        deeper: 1\n")
    assert document.line(("units", "sieves", 0)) == 3
    assert document.line(("units", "sieves", 0, "match", "deep", "deeper")) == 6
    assert document.line(("units", "sieves", 0, "match", "nothing")) == 5
    assert document.line(("nothing",)) == 1


def hostile_laughs():
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefghi", "bcdefghij", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]")
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    "data",
    [
        hostile_laughs(),
        b"[" * 100_000,
        b"{a: " * 5_000,
        b"- " * 5_000,
        b"x: &x 1\ny: [" + b"*x," * 20_000 + b"]",
        b"x: &x '" + b"x" * 100_000 + b"'\ny: [" + b"*x," * 5_000 + b"]",
        b"a" * (yaml_reading.MAXIMUM_SIZE + 1),
    ],
    ids=["laughs", "brackets", "braces", "dashes", "aliases", "long-alias", "large"],
)
def test_hostile_files_end_at_once(data):
    start = time.process_time()
    with pytest.raises(InvalidYaml):
        read_yaml(data)
    assert time.process_time() - start < 2


def test_numbers_that_take_for_ever_are_text():
    assert read_yaml(b"a: " + b"9" * 5_000).value == {"a": "9" * 5_000}
    assert read_yaml(b"a: " + b"1:" * 300 + b"1").value == {"a": "1:" * 300 + "1"}
