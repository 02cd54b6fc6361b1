import copy
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.documents import changed, generated_document
from package_extract.comparison import compare
from package_extract.export.difference_text import render
from package_extract.export.differences import counts, difference_rows

BEFORE = generated_document(20, layers=3)
AFTER = changed(BEFORE)
AFTER["image"] |= {
    "user": None,
    "layers": [*AFTER["image"]["layers"], {"digest": "sha256:a", "size": 5_000_000, "created_by": "RUN x"}],
}
COMPARISON = compare(BEFORE, AFTER)


def text(comparison=COMPARISON, width=100, color=False):
    return render(comparison, width=width, color=color)


def test_rows_say_part_change_and_values():
    rows = {(row["part"], row["what"]): row for row in difference_rows(COMPARISON)}
    assert rows["Configuration", "user"] == {
        "part": "Configuration", "change": "changed", "what": "user", "before": "1001", "after": None,
    }  # fmt: skip
    assert rows["deb packages", "libpart0"]["change"] == "removed"
    assert rows["Python packages in /opt/app", "distribution-1"]["after"] == "1.1.0.1"
    assert rows["C library", "highest symbol version of GLIBC"]["after"] == "2.41"
    tags = rows["A Python build", "wheel tags of /usr/bin/python3.11"]
    assert (tags["change"], tags["after"][0]) == ("added", "cp311-cp311-manylinux_2_41_x86_64")
    assert rows["Layers", "layer 3"]["after"] == "5 MB, RUN x"


def test_values_are_written_as_people_write_them():
    libc = {"family": "glibc", "version": "2.36"}
    fields = [
        {"field": "path", "before": "usr/bin/python3.11", "after": "usr/bin/python3.12"},
        {"field": "libc", "before": {"family": "musl", "version": None}, "after": libc},
        {"field": "libc", "before": libc, "after": None},
    ]
    one = {"path": "usr/bin/python3.12", "changes": fields}
    interpreters = {"added": [], "removed": [], "changed": [one]}
    rows = [row for row in difference_rows({**COMPARISON, "interpreters": interpreters}) if "3.12 " in row["what"]]
    assert [(row["before"], row["after"]) for row in rows] == [
        ("/usr/bin/python3.11", "/usr/bin/python3.12"), ("musl", "glibc 2.36"), ("glibc 2.36", None),
    ]  # fmt: skip


def test_counts():
    told = counts(COMPARISON)
    assert told["deb packages"] == "1 removed, 1 changed, 8 unchanged"
    assert told["Layers"] == "3 shared, 1 added"


def test_lines_have_signs():
    lines = text(width=200).splitlines()
    assert lines[:2] == [f"{sign} docker://registry.example/data/science:1  sha256:{'1' * 64}" for sign in "-+"]
    assert "deb packages: 1 removed, 1 changed, 8 unchanged" in lines
    assert "- libpart0 1.0-2+deb12u0" in lines
    assert "~ libpart1: 1.1-2+deb12u1 → 1.1-2+deb12u1.1" in lines
    assert "~ user: 1001 → nothing" in lines
    assert "+ layer 3 5 MB, RUN x" in lines


def test_no_differences():
    same = text(compare(BEFORE, copy.deepcopy(BEFORE)))
    assert "\nNo differences.\n" in same
    assert "Not compared" not in same


def test_what_is_not_compared():
    less = {**BEFORE, "results": {"dpkg": BEFORE["results"]["dpkg"]}}
    assert "lacks it: abi, os_release, python_interpreters, python_packages." in " ".join(
        text(compare(less, BEFORE)).split()
    )


@pytest.mark.parametrize("width", [40, 80, 200])
def test_fits(width):
    assert max(map(len, text(width=width).splitlines())) <= max(width, 75)  # a digest is not broken


def test_colour():
    assert "\x1b[" not in text()
    assert "\x1b[32m+ layer 3 5 MB, RUN x\x1b[0m\n" in text(color=True)


@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_nothing_from_the_images_reaches_the_terminal_unescaped(evil):
    other = copy.deepcopy(BEFORE)
    other["image"] |= {"reference": evil, "digest": evil, "user": evil, "labels": {evil: evil}, "cmd": [evil]}
    other["image"]["layers"] = [{"digest": evil, "created_by": evil}]
    other["results"]["dpkg"]["packages"][0] |= {"name": evil, "version": evil}
    other["results"]["abi"]["libraries"][0] |= {"soname": evil, "defines": [evil]}
    other["results"]["python_packages"]["environments"][0]["prefix"] = evil
    other["results"][evil] = {"packages": [{"name": evil, "version": evil}]}
    shown = text(compare(BEFORE, other)) + text(compare(other, BEFORE))
    assert not [c for c in shown if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
