from __future__ import annotations

from pathlib import Path

import pytest

from package_extract.resolver.errors import InvalidRequirementsFile
from package_extract.resolver.requirements.reading import read_request

PROJECT = """
[tool.poetry]
name = "demo"

[tool.poetry.dependencies]
python = "^3.9"
flask = "^2.1"
numpy = [
    {version = "<=1.24", python = "<3.9"},
    {version = "^1.26", python = "^3.9", markers = "sys_platform == 'linux'"},
]
uvicorn = {version = "~0.20", extras = ["standard"], optional = true}
private = {version = "*", source = "mine"}
odd = {git = "https://a.example/odd.git", tag = "v1"}
local = {path = "../local", develop = true}
windows = {version = "1.0", platform = "win32"}

[tool.poetry.extras]
server = ["uvicorn"]

[tool.poetry.group.test.dependencies]
pytest = ">=8"

[tool.poetry.dev-dependencies]
ruff = "*"

[[tool.poetry.source]]
name = "mine"
url = "https://mine.example/simple"
priority = "explicit"

[[tool.poetry.source]]
name = "more"
url = "https://more.example/simple"
priority = "supplemental"
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(PROJECT)
    return tmp_path


def test_dependencies(here: Path) -> None:
    request = read_request(files=["pyproject.toml"])

    assert [str(package.requirement) for package in request.requirements] == [
        "flask<3.0,>=2.1",
        'numpy<=1.24; python_full_version < "3.9"',
        'numpy<2.0,>=1.26; sys_platform == "linux" and (python_full_version < "4.0" and python_full_version >= "3.9")',
        "private",
        "odd @ git+https://a.example/odd.git@v1",
        f"local @ file://{here.parent}/local",
        'windows==1.0; sys_platform == "win32"',
    ]
    assert request.requires_python == ((">=3.9,<4.0", "pyproject.toml:6"),)
    assert [package.origin for package in request.requirements][:3] == [
        "pyproject.toml:7",
        "pyproject.toml:8",
        "pyproject.toml:8",
    ]
    assert request.requirements[5].editable


def test_sources() -> None:
    options = read_request(files=["pyproject.toml"]).index_options

    assert options.index_url is None
    assert options.extra_index_urls == ("https://more.example/simple",)
    assert options.scopes == (("private", "https://mine.example/simple"),)


def test_extras_and_groups() -> None:
    request = read_request(files=["pyproject.toml"], extras=["server"], groups=["test", "dev"])
    texts = [str(package.requirement) for package in request.requirements]

    assert "uvicorn[standard]<0.21,>=0.20" in texts
    assert texts[-2:] == ["pytest>=8", "ruff"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tool.poetry.dependencies]\nflask = "^x"\n', r"pyproject\.toml:2: '\^x' is no constraint"),
        ("[tool.poetry.dependencies]\nflask = 1\n", r"pyproject\.toml:2: the dependency flask is neither"),
        (
            '[tool.poetry.dependencies]\nflask = {version = "1", markers = "x"}\n',
            r"pyproject\.toml:2: .* is no requirement",
        ),
        ('[tool.poetry.dependencies]\nflask = "1.0 || 3.5"\n', r"pyproject\.toml:2: the alternatives of"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, message: str) -> None:
    Path("pyproject.toml").write_text(text)
    with pytest.raises(InvalidRequirementsFile, match=message):
        read_request(files=["pyproject.toml"])


def test_extras_and_groups_that_are_not_there() -> None:
    with pytest.raises(InvalidRequirementsFile, match="no extra 'slow'"):
        read_request(files=["pyproject.toml"], extras=["slow"])
    with pytest.raises(InvalidRequirementsFile, match="no group 'docs'"):
        read_request(files=["pyproject.toml"], groups=["docs"])


def test_a_table_that_is_optional_counts_with_its_extra() -> None:
    Path("pyproject.toml").write_text(
        '[tool.poetry.dependencies]\na = ["^1", {version = "<1.5", optional = true}]\n[tool.poetry.extras]\nold = ["a"]\n'
    )
    for extras, expected in ([], ["a<2,>=1"]), (["old"], ["a<2,>=1", "a<1.5"]):
        request = read_request(files=["pyproject.toml"], extras=extras)
        assert [str(package.requirement) for package in request.requirements] == expected


def test_groups_and_sources_beside_a_projects_own_dependencies() -> None:
    Path("pyproject.toml").write_text(
        '[project]\nname = "demo"\ndependencies = ["flask", "private"]\n[dependency-groups]\ndev = ["mypy"]\n'
        '[tool.poetry.dependencies]\nprivate = {source = "mine"}\n[tool.poetry.group.dev.dependencies]\nruff = "^0.5"\n'
        '[tool.poetry.group.docs.dependencies]\nmkdocs = "*"\n'
        '[[tool.poetry.source]]\nname = "mine"\nurl = "https://mine.example/simple"\npriority = "explicit"\n'
    )
    request = read_request(files=["pyproject.toml"], groups=["dev", "docs"])

    texts = [str(package.requirement) for package in request.requirements]
    assert texts == ["flask", "private", "mypy", "ruff<0.6,>=0.5", "mkdocs"]
    assert request.index_options.scopes == (("private", "https://mine.example/simple"),)
    with pytest.raises(InvalidRequirementsFile, match="no dependency group 'test'; it has dev"):
        read_request(files=["pyproject.toml"], groups=["test"])
