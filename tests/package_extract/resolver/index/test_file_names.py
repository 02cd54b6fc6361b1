from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

from package_extract.resolver.index.file_names import FileName, parse_file_name
from package_extract.resolver.source import expand_tags, parse_version

parts = st.sampled_from(
    [
        "demo",
        "Demo.Pack_x",
        "a__b",
        "ä",
        "",
        "1",
        "1.0",
        "1.0.post1+cu118",
        "2!1.0a1",
        "01",
        "0.dev1",
        "1_local",
        "4abc",
        "py3",
        "py2.py3",
        "cp311",
        "CP311",
        "none",
        "abi3.none",
        "any",
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "3py",
    ]
)
names = st.lists(parts, min_size=1, max_size=7).map("-".join)


def as_packaging(name: str) -> tuple[object, ...] | None:
    try:
        if name.endswith(".whl"):
            project, version, build, tags = parse_wheel_filename(name)
            return project, version, "".join(map(str, build)), {str(tag) for tag in tags}
        project, version = parse_sdist_filename(name)
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    return project, version, "", set()


def as_ours(name: str) -> tuple[object, ...] | None:
    parts = parse_file_name(name)
    if parts is None:
        return None
    tags = set() if parts.tag_set is None else set(expand_tags(parts.tag_set))
    build = parts.build.lstrip("0") if parts.build.strip("0") else parts.build[:1]
    return parts.project, parse_version(parts.version), build, tags


@given(names, st.sampled_from([".whl", ".tar.gz", ".zip", ".egg", ""]))
@example("demo-1.0-1-py3-none-any", ".whl")
@example("demo-1.0-01abc-py2.py3-none-any", ".whl")
@example("Demo.Pack_x-1.0", ".tar.gz")
@example("demo-1.0-py3-none-", ".whl")
def test_names_are_understood_as_packaging_does(stem: str, suffix: str) -> None:
    assert as_ours(stem + suffix) == as_packaging(stem + suffix)


def test_white_space_beside_a_version_is_refused() -> None:
    assert parse_file_name("demo-1.0\u2028-py3-none-any.whl") is None


@given(
    st.text(max_size=40).filter(lambda text: len(text.split()) < 2 and text == text.strip()),
    st.sampled_from([".whl", ".tar.gz"]),
)
def test_any_text_is_understood_as_packaging_does(stem: str, suffix: str) -> None:
    assert as_ours(stem + suffix) == as_packaging(stem + suffix)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "Demo_Pack-1.0-2b-cp311-CP311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            FileName("demo-pack", "1.0", "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64", "2b"),
        ),
        ("demo-pack-1.0.zip", FileName("demo-pack", "1.0", None, "")),
        ("demo-1.0.exe", None),
        ("demo-1.0.tar.bz2", None),
        ("demo-1.0-py3-none-any.whl.metadata", None),
    ],
)
def test_examples(name: str, expected: FileName | None) -> None:
    assert parse_file_name(name) == expected


def test_tags_without_end_are_refused() -> None:
    many = ".".join(f"py{number}" for number in range(100))
    assert parse_file_name(f"demo-1.0-{many}-{many}-any.whl") is None


def test_numbers_without_end_are_no_version() -> None:
    assert parse_file_name(f"demo-{'9' * 5000}-py3-none-any.whl") is None
