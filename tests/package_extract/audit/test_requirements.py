from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st


def test_missing_and_conflicting(make: Any, found: Any) -> None:
    results = make.results(
        make.row(
            "A", "1.0", "b>=2", "c", 'd; extra == "x"', 'e; python_version < "3"', 'f; platform_machine == "aarch64"'
        ),
        make.row("b", "1.5.0.0-1"),
    )
    assert found(results) == [
        ("conflicting-requirement", "error", "a 1.0 has requirement b>=2, but you have b 1.5.0.0.post1."),
        ("missing-requirement", "error", "a 1.0 requires c, which is not installed."),
        ("missing-requirement", "error", "a 1.0 requires f, which is not installed."),
    ]


def test_prereleases_count_as_installed(make: Any, found: Any) -> None:
    assert found(make.results(make.row("a", "1", "b>=2.0rc1"), make.row("b", "2.1a1"))) == []


def test_a_version_that_is_none(make: Any, found: Any) -> None:
    results = make.results(make.row("a", "1", "b>=2", "c"), make.row("b", "unknown"), make.row("c", None))
    assert found(results) == [("conflicting-requirement", "error", "a 1 has requirement b>=2, but you have b unknown.")]


@pytest.mark.parametrize("text", ["", "===", "a b", 'x; nothing == "1"', "x" * 100_000 + "!", "x; " + "(" * 5000])
def test_what_cannot_be_understood(make: Any, found: Any, text: str) -> None:
    ((kind, severity, message),) = found(make.results(make.row("a", "1", text)))
    assert (kind, severity) == ("invalid-metadata", "warning")
    assert len(message) < 300


def test_requires_python(make: Any, found: Any) -> None:
    assert found(make.results(make.row("a", requires_python=">=3.8,!=3.12.5"))) == []
    assert found(make.results(make.row("a", requires_python="<3.12"))) == [
        ("unsupported-python", "warning", "a 1.0 requires Python <3.12, but this is Python 3.12.4.")
    ]
    assert [kind for kind, *_ in found(make.results(make.row("a", requires_python="3 or so")))] == ["invalid-metadata"]


@given(text=st.text(max_size=60))
def test_any_text_ends_in_findings(make: Any, found: Any, text: str) -> None:
    found(make.results(make.row("a", text, text, requires_python=text, tags=[text]), make.row("b", "1", "a")))
