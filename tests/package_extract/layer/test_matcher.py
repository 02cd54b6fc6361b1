"""Patterns of several analyzers in one matcher, against their plain meaning."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from package_extract.layer.matcher import Matcher
from package_extract.plugin import FilePatterns


@pytest.mark.parametrize(
    ("glob", "yes", "no"),
    [
        (
            "var/lib/dpkg/info/*.list",
            ["var/lib/dpkg/info/a.list"],
            ["var/lib/dpkg/info/a/b.list", "x/var/lib/dpkg/info/a.list"],
        ),
        ("**/status", ["status", "a/status", "a/b/status"], ["astatus", "a/status/b"]),
        ("a/**/b.txt", ["a/b.txt", "a/x/y/b.txt"], ["ab.txt", "b.txt"]),
        ("?at.txt", ["cat.txt"], ["at.txt", "/at.txt", "coat.txt"]),
        ("[ch]at.txt", ["cat.txt", "hat.txt"], ["bat.txt"]),
        ("[!c]at.txt", ["bat.txt"], ["cat.txt"]),
        ("a+b.(txt)", ["a+b.(txt)"], ["aab.txt"]),
        ("var/lib/dpkg/status.d/*", ["var/lib/dpkg/status.d/tzdata"], ["var/lib/dpkg/status.d/a/b"]),
        ("*", ["anything"], ["a/b"]),
    ],
)
def test_globs(glob, yes, no):
    matcher = Matcher([FilePatterns(globs=(glob,))])
    assert all(matcher.readers(name.encode(), b"") == [0] for name in yes)
    assert all(matcher.readers(name.encode(), b"") == [] for name in no)
    assert all(passes_the_gate(matcher, name.encode(), b"") for name in yes)


def passes_the_gate(matcher, name, head):
    return name[-3:] in matcher.tails or name[:12] in matcher.heads or head[:4] in matcher.magics or matcher.every_name


def test_each_kind_of_pattern_and_each_reader():
    matcher = Matcher(
        [
            FilePatterns(paths=("etc/os-release",), magics=(b"\x7fELF",)),
            FilePatterns(basenames=("os-release", "METADATA")),
            FilePatterns(suffixes=(".dist-info/METADATA", "release")),
        ]
    )
    assert matcher.readers(b"etc/os-release", b"ID=x") == [0, 1, 2]
    assert matcher.readers(b"usr/lib/os-release", b"") == [1, 2]
    assert matcher.readers(b"a/b.dist-info/METADATA", b"") == [1, 2]
    assert matcher.readers(b"usr/bin/x", b"\x7fELF\x02") == [0]
    assert matcher.readers(b"usr/bin/x", b"\x7fEL") == []


@pytest.mark.parametrize("patterns", [{"suffixes": (".c",)}, {"magics": (b"PK",)}])
def test_patterns_too_short_to_be_cheap_are_refused(patterns):
    with pytest.raises(ValueError, match="shorter than"):
        Matcher([FilePatterns(**patterns)])


NAMES = st.text(alphabet="ab./_-", min_size=1, max_size=20)


@example(["a"], [], "b/a")
@given(st.lists(NAMES, max_size=4), st.lists(NAMES.filter(lambda s: len(s) > 2), max_size=4), NAMES)
def test_the_gate_never_hides_a_match(paths, suffixes, name):
    matcher = Matcher([FilePatterns(paths=tuple(paths), basenames=tuple(paths), suffixes=tuple(suffixes))])
    data = name.encode()
    expected = name in paths or name.rpartition("/")[2] in paths or name.endswith(tuple(suffixes))
    assert bool(matcher.readers(data, b"")) == expected
    assert not expected or passes_the_gate(matcher, data, b"")
