from typing import Any

import pytest


@pytest.mark.parametrize(
    "tags",
    [
        ["py2.py3-none-any"],
        ["cp312-cp312-manylinux_2_17_aarch64.manylinux2014_aarch64"],
        ["cp37-abi3-linux_aarch64"],
        ["cp311-cp311-linux_x86_64", "py3-none-any"],
        None,
    ],
)
def test_what_the_interpreter_accepts(make: Any, found: Any, tags: list[str] | None) -> None:
    assert found(make.results(make.row("A", tags=tags))) == []


@pytest.mark.parametrize(
    "tags",
    [["cp311-cp311-linux_aarch64"], ["py3-none-linux_x86_64"], ["nonsense"], ["py3 - none-any", "-none-any"], []],
)
def test_what_it_does_not(make: Any, found: Any, tags: list[str]) -> None:
    assert found(make.results(make.row("A", tags=tags))) == [
        ("unsupported-wheel", "error", "A 1.0 is not supported on this platform")
    ]


def test_the_version_is_printed_as_pip_prints_it(make: Any, found: Any) -> None:
    assert found(make.results(make.row("A", "01.2-RC1", tags=["py2-none-any"]))) == [
        ("unsupported-wheel", "error", "A 1.2rc1 is not supported on this platform")
    ]
