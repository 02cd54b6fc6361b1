from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from package_extract.resolver.rules.specifiers import contains, is_satisfiable, parse_specifier

VERSIONS = [
    Version(f"{major}.{minor}{end}")
    for major in range(4)
    for minor in range(4)
    for end in ("", ".dev1", "a1", "rc1", ".post1", ".1", ".0.0.0.0.1")
]
CLAUSES = st.tuples(
    st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "~=", "==*", "!=*"]), st.integers(0, 2), st.integers(0, 3)
).map(lambda each: f"{each[0].rstrip('*')}{each[1]}.{each[2]}{'.*' if each[0].endswith('*') else ''}")


@pytest.mark.parametrize("text", ["<1.5,>1.12", ">2.4.0,<2.4.0", "==1,==2", "==1.*,>=2", "~=1.4,>=2", ">1,<1.0"])
def test_contradictions(text):
    assert not is_satisfiable(text)


@pytest.mark.parametrize(
    "text", ["", "<1", ">2.4,<2.5", "!=1,!=2", ">=1,<=1", "~=1.4,<1.5", ">1.0,<1.1", "~=0.0,!=0.0.*"]
)
def test_no_contradictions(text):
    assert is_satisfiable(text)


@given(st.lists(CLAUSES, min_size=1, max_size=3))
def test_what_some_version_satisfies_is_satisfiable(clauses):
    text = ",".join(clauses)
    if any(SpecifierSet(text).contains(version, prereleases=True) for version in VERSIONS):
        assert is_satisfiable(text)


def test_versions_that_are_none_are_in_no_specifier():
    assert contains("", "2023-odd")
    assert not contains(">=1", "2023-odd")


def test_a_specifier_without_end():
    with pytest.raises(InvalidSpecifier):
        parse_specifier(">=1," * 1_000 + "<2")
