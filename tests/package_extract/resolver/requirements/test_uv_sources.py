from __future__ import annotations

from pathlib import Path

import pytest

from package_extract.resolver.errors import InvalidRequirementsFile
from package_extract.resolver.index.options import IndexOptions
from package_extract.resolver.requirements.reading import read_request

INDEXES = """
[project]
name = "demo"
dependencies = ["torch", "acme_web"]
[[tool.uv.index]]
name = "cpu"
url = "https://torch.example/cpu"
explicit = true
[[tool.uv.index]]
name = "acme"
url = "https://acme.example/simple"
[[tool.uv.index]]
url = "https://mirror.example/simple"
default = true
[tool.uv.sources]
torch = { index = "cpu" }
Acme_Web = [{ index = "acme" }]
tool = { git = "https://git.example/tool" }
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def options(text: str) -> IndexOptions:
    Path("pyproject.toml").write_text(text)
    return read_request(files=["pyproject.toml"]).index_options


def test_indexes_and_what_they_are_for() -> None:
    assert options(INDEXES) == IndexOptions(
        index_url="https://mirror.example/simple",
        extra_index_urls=("https://acme.example/simple",),
        scopes=(("torch", "https://torch.example/cpu"), ("acme-web", "https://acme.example/simple")),
        strategy="first",
    )


def test_the_best_of_all_indexes() -> None:
    assert options(INDEXES + "[tool.uv]\nindex-strategy = 'unsafe-best-match'\n").strategy == "merge"


def test_a_file_without() -> None:
    assert options("[project]\nname = 'demo'\ndependencies = []\n") == IndexOptions()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.uv.sources]\na = {index = 'gone'}\n", r"pyproject\.toml:\d+: there is no .* called 'gone'"),
        ("[tool.uv.sources]\na = [{index = 'b'}, {index = 'c', marker = 'x'}]\n", "a has several indexes"),
        ("[[tool.uv.index]]\nname = 'a'\n", "no list of tables with a url"),
        ("[tool]\nuv = 1\n", r"tool\.uv.* is no table"),
    ],
)
def test_what_makes_no_sense(text: str, message: str) -> None:
    with pytest.raises(InvalidRequirementsFile, match=message):
        options(f"[project]\nname = 'demo'\ndependencies = []\n{text}")
