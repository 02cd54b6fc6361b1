from __future__ import annotations

from pathlib import Path

import pytest

from package_extract.resolver.errors import InvalidRequirementsFile
from package_extract.resolver.requirements.reading import read_request

PROJECT = """
[project]
name = "Demo"
requires-python = ">=3.9"
dependencies = [
    "flask>=2",
    "numpy; python_version < '3.12'",
]

[project.optional-dependencies]
Fast_Things = ["orjson"]
all = ["demo[fast-things]", "rich"]

[dependency-groups]
test = ["pytest>8", {include-group = "Lint"}]
lint = ["ruff"]
loop = [{include-group = "round"}]
round = [{include-group = "loop"}]
odd = [{unknown = 1}]
flat = "pytest"
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(PROJECT)


def requirements(extras: list[str] | None = None, groups: list[str] | None = None) -> list[str]:
    request = read_request(files=["pyproject.toml"], extras=extras or [], groups=groups or [])
    return [str(package.requirement) for package in request.requirements]


def test_a_projects_own_dependencies() -> None:
    request = read_request(files=["pyproject.toml"])

    assert [(str(each.requirement), each.origin) for each in request.requirements] == [
        ("flask>=2", "pyproject.toml:6"),
        ('numpy; python_version < "3.12"', "pyproject.toml:7"),
    ]
    assert request.requires_python == ((">=3.9", "pyproject.toml:4"),)


def test_extras_and_groups() -> None:
    assert requirements(extras=["fast-things"])[2:] == ["orjson"]
    assert requirements(extras=["ALL"])[2:] == ["rich", "orjson"]
    assert requirements(groups=["Test"])[2:] == ["pytest>8", "ruff"]


@pytest.mark.parametrize(
    ("extras", "groups", "reason"),
    [
        (["slow"], [], "no extra 'slow'; it has all, fast-things"),
        ([], ["docs"], "no dependency group 'docs'; it has"),
        ([], ["loop"], "includes itself"),
        ([], ["odd"], "no requirement and no group"),
        ([], ["flat"], "is no list"),
    ],
)
def test_what_is_not_there(extras: list[str], groups: list[str], reason: str) -> None:
    with pytest.raises(InvalidRequirementsFile, match=rf"pyproject\.toml:\d+: .*{reason}"):
        requirements(extras, groups)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[project", r"pyproject\.toml: it is no TOML"),
        (
            '[project]\nname = "x"\ndependencies = [\n  "ok",\n  "not ok"]\n',
            r"pyproject\.toml:5: 'not ok' is no requirement",
        ),
        ('[project]\nname = "x"\ndependencies = "flask"\n', r"pyproject\.toml:3: project.dependencies is no list"),
        ('[project]\nname = "x"\ndynamic = ["dependencies"]\n', r"pyproject\.toml:3: .*dynamic"),
        ("project = 1\n", r"pyproject\.toml:1: project is no table"),
        ("a=" + "[" * 5000, r"pyproject\.toml: it is no TOML"),
        ("a=" + "9" * 5000, r"pyproject\.toml: it is no TOML"),
    ],
)
def test_files_that_are_wrong(text: str, message: str) -> None:
    Path("pyproject.toml").write_text(text)
    with pytest.raises(InvalidRequirementsFile, match=message):
        requirements()


def test_a_script_carries_its_requirements() -> None:
    Path("script.py").write_text(
        "#!/usr/bin/env python\n# /// script\n# requires-python = '>=3.11'\n# dependencies = [\n"
        "#   'rich',\n#   \"httpx<1\",\n# ]\n# ///\nimport rich\n"
    )
    request = read_request(files=["script.py"])

    assert [(str(each.requirement), each.origin) for each in request.requirements] == [
        ("rich", "script.py:5"),
        ("httpx<1", "script.py:6"),
    ]
    assert request.requires_python == ((">=3.11", "script.py:3"),)


def test_a_script_without_requirements() -> None:
    Path("script.py").write_text("print(1)\n")
    with pytest.raises(InvalidRequirementsFile, match=r"script\.py:1: it has no blocks"):
        read_request(files=["script.py"])


def test_two_groups_of_one_name() -> None:
    Path("pyproject.toml").write_text('[dependency-groups]\ntest-a = ["x"]\nTest_A = ["y"]\n')
    with pytest.raises(InvalidRequirementsFile, match="two dependency groups have the same name"):
        requirements(groups=["test-a"])
