"""Markers against `packaging.markers` with the same, whole environment."""

from __future__ import annotations

import contextlib
import os
import platform
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.markers import Marker, UndefinedComparison

from package_extract.resolver.markers import InvalidMarker, evaluate_marker, names_extra

ENVIRONMENT = {
    "implementation_name": "cpython",
    "implementation_version": "3.9.18",
    "os_name": "posix",
    "platform_machine": "aarch64",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "python_full_version": "3.9.18",
    "platform_python_implementation": "CPython",
    "python_version": "3.9",
    "sys_platform": "linux",
}

values = st.sampled_from(
    ["3.9", "3.10", "3.9.18", "3.*", "linux", "Linux", "posix", "win32", "", "cpython aarch64", "A_b"]
)
operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "in", "not in", "~="])
variables = st.sampled_from([*ENVIRONMENT, "extra"])
quotes = st.sampled_from(["'", '"'])


@st.composite
def comparisons(draw):
    quote = draw(quotes)
    literal = quote + draw(values) + quote
    sides = [draw(variables), literal]
    if draw(st.booleans()):
        sides.reverse()
    return f"{sides[0]} {draw(operators)} {sides[1]}"


markers = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join), inner.map(lambda text: f"({text})")
    ),
    max_leaves=6,
)


@given(markers, st.sampled_from(["", "a-b", "linux"]))
@settings(max_examples=600, deadline=None)
def test_it_agrees_with_packaging(text, extra):
    try:
        expected = Marker(text).evaluate({**ENVIRONMENT, "extra": extra})
    except UndefinedComparison:
        expected = None
    found = evaluate_marker(text, ENVIRONMENT, extra)
    assert expected is None or found is expected


@pytest.mark.parametrize(
    "text", ["", "python_version", "python_version >", "python_version > 3", "(os_name == 'a'", "os_name == 'a' and", "x == 'a'",
             "os_name == 'a' os_name == 'b'", "os_name == 'a') or (os_name == 'b'", "(" * 5000]
)  # fmt: skip
def test_what_is_no_marker_is_refused(text):
    with pytest.raises(InvalidMarker):
        evaluate_marker(text, ENVIRONMENT)


@given(st.text(alphabet="()'\" andorint=<>!~._pyhov39", max_size=40))
def test_any_text_is_a_marker_or_refused(text):
    with contextlib.suppress(InvalidMarker):
        evaluate_marker(text, ENVIRONMENT)


def test_nothing_of_the_running_machine_is_asked(monkeypatch):
    def refuse(*_):
        raise AssertionError("the running machine was asked")

    for name in ("machine", "release", "system", "version", "python_version"):
        monkeypatch.setattr(platform, name, refuse)
    monkeypatch.setattr(os, "name", "plan9")
    monkeypatch.setattr(sys, "platform", "plan9")
    assert evaluate_marker("os_name == 'posix' and platform_machine == 'aarch64'", ENVIRONMENT)
    assert not evaluate_marker("sys_platform == 'plan9' or platform_release != ''", ENVIRONMENT)


def test_an_extra_is_named():
    assert names_extra("python_version < '3' or extra == 'x'")
    assert not names_extra("os_name == 'extra'")
