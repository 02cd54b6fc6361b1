"""Lists of images: three forms, what is passed over, and what is refused with its line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.batch.work_list import read_work_list
from package_extract.errors import InvalidReference


def rows(text, platform=None):
    work = read_work_list(text.encode(), platform)
    return [(item.line, item.reference, item.platform) for item in work.items]


def test_lines():
    text = "\ufeff# images\n\n a:1 \nb:2 # the second\r\n   # nothing\nc#d\n"
    assert rows(text) == [(3, "a:1", None), (4, "b:2", None), (6, "c#d", None)]
    assert rows(text, "linux/arm64")[0] == (3, "a:1", "linux/arm64")
    assert rows("") == rows("\n#\n") == []


def test_csv():
    text = 'platform, Reference ,"id"\nlinux/arm64,a:1,first\n\n,"b:2",\n,c:3\n'
    assert rows(text, "linux/amd64") == [
        (2, "a:1", "linux/arm64"),
        (4, "b:2", "linux/amd64"),
        (5, "c:3", "linux/amd64"),
    ]
    work = read_work_list(text.encode())
    assert work.items[0].id == "first"
    assert work.items[1].id.startswith("b-2-")


def test_json():
    entries = ["a:1", {"reference": "b:2", "platform": "linux/arm64", "id": "b"}, {"reference": "c:3", "id": None}]
    assert rows(json.dumps(entries)) == [(1, "a:1", None), (2, "b:2", "linux/arm64"), (3, "c:3", None)]


def test_duplicates_are_told():
    work = read_work_list(b"a:1\nb:2\na:1\na:1\n")
    assert [item.reference for item in work.items] == ["a:1", "b:2"]
    assert work.duplicates == [(3, 1), (4, 1)]
    assert len(read_work_list(b"reference,platform\na:1,linux/amd64\na:1,linux/arm64\n").items) == 2
    assert len(read_work_list(b"reference,id\na:1,x\na:1,y\n").items) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("reference,id\na:1,x\nb:2,x\n", "lines 2 and 3 .* id x"),
        ("reference,colour\na:1,red\n", "columns colour"),
        ("reference,id\n,x\n", "line 2 .* no reference"),
        ("reference\na:1,b\n", "line 2 .* more cells"),
        ('reference\n"a:1"b\n', "line 2 .* no CSV"),
        ("reference,id\na:1,../x\n", "line 2 .* cannot be an id"),
        ("reference\na\rb\n", "line 2 .* no CSV"),
        ("[", "looks like JSON"),
        ("{}", "has to be an array"),
        ("[1]", "entry 1"),
        ('["a:1", {"reference": "b", "colour": 1}]', "entry 2"),
        ('[{"reference": 1}]', "entry 1 .* strings"),
        ('[{"platform": "linux/arm64"}]', "line 1 .* no reference"),
        ("[" * 100_000, "looks like JSON"),
    ],
)
def test_lists_that_are_refused(text, message):
    with pytest.raises(InvalidReference, match=message):
        read_work_list(text.encode())


def test_bytes_that_are_no_text():
    with pytest.raises(InvalidReference, match=r"line 2 .* not UTF-8"):
        read_work_list(b"a:1\n\xff\n")


def test_credentials_are_kept_out_of_what_is_shown():
    for reference in ("docker://me:secret@localhost:5000/app:1", "docker://me:secret@UPPER CASE", "x://me:secret@a"):
        (item,) = read_work_list(json.dumps([reference]).encode()).items
        assert item.reference == reference
        assert "secret" not in f"{item.shown} {item.id} {item!r}"


def test_long_lists():
    work = read_work_list("".join(f"registry.example/app:{number}\n" for number in range(10_000)).encode())
    assert len({item.id for item in work.items}) == 10_000


TEXTS = st.text(max_size=300)
LISTS = TEXTS.map(lambda text: f"[{text}") | TEXTS.map(lambda text: f"reference,id\n{text}") | TEXTS


@given(st.binary(max_size=300) | LISTS.map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_list_or_refused(data):
    try:
        work = read_work_list(data)
    except InvalidReference:
        return
    assert len({item.id for item in work.items}) == len(work.items)
