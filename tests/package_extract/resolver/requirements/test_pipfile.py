from __future__ import annotations

from pathlib import Path

import pytest

from package_extract.resolver.errors import InvalidRequirementsFile
from package_extract.resolver.requirements.reading import read_request

PIPFILE = """
[[source]]
name = "main"
url = "https://${INDEX_USER}@main.example/simple"
verify_ssl = true

[[source]]
name = "mine"
url = "https://mine.example:8443/simple"
verify_ssl = false

[packages]
flask = "*"
"Jinja2" = "==3.1"
numpy = {version = ">=1.20", markers = "python_version < '3.12'", sys_platform = "== 'linux'"}
private = {version = "~=1.0", index = "mine"}
requests = {extras = ["socks"], version = "*"}
odd = {git = "https://a.example/odd.git", ref = "main", editable = true}

[dev-packages]
pytest = ">8"

[docs]
sphinx = "7.0"

[requires]
python_version = "3.11"

[pipenv]
allow_prereleases = true
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INDEX_USER", "me")
    Path("Pipfile").write_text(PIPFILE)


def test_packages_and_groups() -> None:
    request = read_request(files=["Pipfile"], groups=["dev", "docs"])

    assert [str(package.requirement) for package in request.requirements] == [
        "flask",
        "Jinja2==3.1",
        'numpy>=1.20; python_version < "3.12" and sys_platform == "linux"',
        "private~=1.0",
        "requests[socks]",
        "odd @ git+https://a.example/odd.git@main",
        "pytest>8",
        "sphinx==7.0",
    ]
    assert [package.origin for package in request.requirements][:2] == ["Pipfile:13", "Pipfile:14"]
    assert request.requirements[5].editable
    assert request.requires_python == (("==3.11.*", "Pipfile:27"),)
    assert request.prereleases


def test_sources() -> None:
    options = read_request(files=["Pipfile"]).index_options

    assert options.index_url == "https://me@main.example/simple"
    assert options.extra_index_urls == ("https://mine.example:8443/simple",)
    assert options.scopes == (("private", "https://mine.example:8443/simple"),)
    assert options.trusted_hosts == ("mine.example:8443",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[packages]\nflask = 1\n", "Pipfile:2: the package flask"),
        ('[packages]\n\nflask = ">>1"\n', "Pipfile:3: .* is no requirement"),
        ("source = 1\n", "Pipfile:1: source is no list"),
        ("[[source]]\nname = 'x'\n", "Pipfile:1: source is no list"),
        ("[", "Pipfile: it is no TOML"),
    ],
)
def test_files_that_are_wrong(text: str, message: str) -> None:
    Path("Pipfile").write_text(text)
    with pytest.raises(InvalidRequirementsFile, match=message):
        read_request(files=["Pipfile"])


def test_a_group_that_is_not_there() -> None:
    with pytest.raises(InvalidRequirementsFile, match="no group 'test'"):
        read_request(files=["Pipfile"], groups=["test"])
