from __future__ import annotations

from typing import Any

import pytest

from package_extract.document.interpreter_choice import AmbiguousInterpreter, NoSuchInterpreter, choose
from package_extract.document.python_interpreters import PythonInterpreter
from package_extract.formats.python_markers import marker_environment


def interpreter(path: str, version: str | None = "3.11.2", **more: Any) -> PythonInterpreter:
    fields: dict[str, Any] = {
        "path": path,
        "aliases": [],
        "implementation": "cpython",
        "version": version,
        "evidence": [],
        "soabi": None,
        "ext_suffix": None,
        "multiarch": None,
        "debug": False,
        "free_threaded": False,
        "prefix": "usr",
        "stdlib": None,
        "sys_path": [],
        "site_dirs": [],
        "externally_managed": False,
        "owner": None,
        "layer": 0,
        "marker_environment": marker_environment("cpython", version, None, "x86_64") if version else {},
        "abis": ["cp311"],
        "platforms": ["linux_x86_64"],
        "libc": None,
        "architecture": "x86_64",
    }
    return PythonInterpreter.model_validate({**fields, **more})


SYSTEM = interpreter("usr/bin/python3.11", aliases=["usr/bin/python3", "v/bin/python"])
VIRTUAL = interpreter("v/bin/python", prefix="v", virtual_environment=True, aliases=["v/bin/python3"])
OTHER = interpreter("opt/p/bin/python3.12", "3.12.1", prefix="opt/p", abis=["cp312"])


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("/usr/bin/python3.11", SYSTEM),
        ("usr/bin/python3", SYSTEM),
        ("/v/bin/python", VIRTUAL),
        ("/v/bin/python3", VIRTUAL),
        ("/v/", VIRTUAL),
        ("/opt/p", OTHER),
    ],
)
def test_by_path(path: str, chosen: PythonInterpreter) -> None:
    assert choose([OTHER, SYSTEM, VIRTUAL], path) is chosen


def test_a_virtual_environment_accepts_what_its_base_does() -> None:
    assert choose([VIRTUAL, SYSTEM]) is SYSTEM


def test_several_that_differ_are_named() -> None:
    with pytest.raises(AmbiguousInterpreter, match=r"python3\.11 \(cpython 3\.11\.2\).*python3\.12"):
        choose([SYSTEM, OTHER])


@pytest.mark.parametrize(
    ("interpreters", "path", "said"),
    [
        ([], None, "the image has no Python interpreter"),
        ([SYSTEM], "/nowhere", r"no interpreter /nowhere.*/usr/bin/python3\.11"),
        ([interpreter("usr/bin/python3", None)], None, "of unknown version"),
    ],
)
def test_none(interpreters: list[PythonInterpreter], path: str | None, said: str) -> None:
    with pytest.raises(NoSuchInterpreter, match=said):
        choose(interpreters, path)


def test_tags_of_an_interpreter() -> None:
    tags = [str(tag) for tag in SYSTEM.tags()]

    assert tags[:3] == ["cp311-cp311-linux_x86_64", "cp311-abi3-linux_x86_64", "cp311-none-linux_x86_64"]
    assert tags[-1] == "py30-none-any"
    assert interpreter("x", None).tags() == []
