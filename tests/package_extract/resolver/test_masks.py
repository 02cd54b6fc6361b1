"""Specifier masks against `packaging.specifiers`, version by version."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.version import Version

from package_extract.resolver.masks import insert_bit, positions, specifier_mask, specifier_names_prerelease


class Listed:
    def __init__(self, versions):
        self.versions = versions

    def __len__(self):
        return len(self.versions)

    def version(self, position):
        return self.versions[position]


numbers = st.sampled_from(["0", "1", "2", "3", "10"])
releases = st.lists(numbers, min_size=1, max_size=4).map(".".join)
suffixes = st.tuples(
    st.sampled_from(["", "", "", "a0", "a1", "b2", "rc1", "rc0"]),
    st.sampled_from(["", "", "", ".post0", ".post1"]),
    st.sampled_from(["", "", "", ".dev0", ".dev3"]),
).map("".join)
epochs = st.sampled_from(["", "", "", "1!"])
public = st.tuples(epochs, releases, suffixes).map("".join)
locals_ = st.sampled_from(["", "", "", "+cpu", "+cu118", "+1", "+a.2"])
texts = st.tuples(public, locals_).map("".join)


@st.composite
def clauses(draw):
    operator = draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "~=", "==.*", "!=.*", "==", "==="]))
    if operator.endswith(".*"):
        return f"{operator[:2]}{draw(epochs)}{draw(releases)}.*"
    text = draw(texts if operator in ("==", "!=", "===") else public)
    clause = operator + text
    try:
        Specifier(clause)
    except InvalidSpecifier:
        return f">={text.partition('+')[0]}"
    return clause


@given(st.lists(texts, max_size=14), st.lists(clauses(), max_size=3))
@settings(max_examples=1500, deadline=None)
@example(["1.0", "1.0+cpu", "1.0.post1", "1.1.dev0"], [">1.0"])
@example(["1.0.dev1", "1.0a1", "1.0", "1.0.post1.dev1"], ["<1.0.post1"])
@example(["1!1.0", "1.0", "2"], ["!=1.*"])
def test_the_mask_contains_what_packaging_says(texts, clauses):
    versions = sorted({Version(text) for text in texts})
    specifier = ",".join(clauses)
    expected = [i for i, v in enumerate(versions) if SpecifierSet(specifier).contains(v, prereleases=True)]
    assert positions(specifier_mask(specifier, Listed(versions))) == expected


@pytest.mark.parametrize("text", [">=", "1.0", "=>1", ">=1.0.*", "~=1", f">={'9' * 5000}"])
def test_what_is_no_specifier_is_refused(text):
    with pytest.raises(InvalidSpecifier):
        specifier_mask(text, Listed([Version("1")]))


@pytest.mark.parametrize(
    ("specifier", "asked"),
    [(">=1.0rc1", True), (">=1.0", False), ("==2.0.dev3", True), ("!=1.0a1", False), ("", False)],
)
def test_a_pre_release_is_asked_for_by_naming_one(specifier, asked):
    assert specifier_names_prerelease(specifier) is asked


@given(st.integers(0, 1 << 12), st.integers(0, 12))
def test_a_bit_is_put_in_between(mask, position):
    bits = [format(mask, "020b")[::-1][i] for i in range(20)]
    bits.insert(position, "0")
    assert insert_bit(mask, position) == int("".join(reversed(bits)), 2)
