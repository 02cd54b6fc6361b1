import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.export.columns import Column
from package_extract.export.grid import render
from package_extract.export.listing import Listing


def listing(records, kinds=None):
    kinds = kinds or dict.fromkeys(records[0], "text")
    columns = tuple(Column(name, kind, lambda record, name=name: record.get(name)) for name, kind in kinds.items())
    return Listing("it", "it", "It", columns, records)


def lines(records, width=None, kinds=None):
    return render(listing(records, kinds), width=width, color=False).splitlines()


def test_columns():
    records = [{"Name": "a", "Size": 1500, "Layer": 0}, {"Name": "long name", "Size": 20, "Layer": None}]
    assert lines(records, kinds={"Name": "text", "Size": "size", "Layer": "layer"}) == [
        "Name         Size  Layer",
        "a          1.5 kB      0",
        "long name    20 B",
    ]


def test_without_a_width_nothing_is_cut():
    assert lines([{"Name": "x" * 500}])[1] == "x" * 500


def test_texts_are_cut_at_the_end_and_paths_at_the_start():
    records = [{"Name": "n" * 50, "Path": "usr/share/" + "p" * 60}] * 9
    row = lines(records, 60, {"Name": "text", "Path": "path"})[1]
    assert len(row) <= 60
    assert row.split()[0].endswith("n…")
    assert row.split()[1].startswith("…p")


def test_columns_without_room_are_named():
    records = [{f"Column {number}": "x" * 40 for number in range(9)}] * 9
    found = lines(records, 80)
    assert max(map(len, found)) <= 80
    assert found[-1] == "No room for: column 4, column 5, column 6, column 7, column 8."


def test_a_few_records_are_written_one_below_the_other():
    found = lines([{f"Column {number}": "x" * 40 for number in range(9)}] * 2, 60)
    assert found[:2] == [f"Column {number}  {'x' * 40}" for number in range(2)]
    assert found.count("") == 1


def test_colour_is_for_the_heading():
    text = render(listing([{"Name": "a"}]), width=None, color=True)
    assert text == "\x1b[1mName\x1b[0m\na\n"


def test_wide_characters_take_two_columns():
    records = [{"Name": "日本語", "Version": "1"}, {"Name": "abcdef", "Version": "2"}]
    assert lines(records) == ["Name    Version", "日本語  1", "abcdef  2"]
    assert lines([{"Name": "日本語日本語日本語"}] * 9, 8)[1] == "日本語…"


@given(
    st.lists(st.dictionaries(st.sampled_from("abcd"), st.text(st.characters(exclude_categories=()), max_size=20) | st.none(),
                             min_size=4), min_size=5, max_size=7),
    st.integers(1, 60),
    st.sampled_from(["text", "path", "code"]),
)  # fmt: skip
def test_whatever_comes_from_the_image_fits_and_is_escaped(records, width, kind):
    for wide in (width, None):
        text = render(listing(records, dict.fromkeys("abcd", kind)), width=wide, color=False) if any(
            value for record in records for value in record.values()
        ) else ""  # fmt: skip
        assert not [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@pytest.mark.parametrize("width", [1, 5, 20, 79, 200])
def test_fits(width):
    records = [{name: f"{name * number}" for number, name in enumerate("abcdefgh", 5)} for _ in range(12)]
    assert max(map(len, lines(records, width))) <= width
