import importlib.util
from pathlib import Path

import pytest

from package_extract.cli.commands import COMMANDS

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    specification = importlib.util.spec_from_file_location("build_cli_reference", DOCS / "build_cli_reference.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_it_is_up_to_date(module):
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/build_cli_reference.py"


def test_it_has_every_command_with_its_options(module):
    page = module.page()
    assert all(f"\n## {name}\n" in page for name in COMMANDS)
    assert "\n### store by-digest\n" in page
    assert "| `-o, --output FILE` |" in page


def test_text_is_neither_markup_nor_a_new_cell(module):
    assert module._escaped("a*b <c> `d*e`") == r"a\*b \<c> `d*e`"
    assert module._table("a", "b", {"x|y": "c|d"}).endswith("| <code>x&#124;y</code> | c\\|d |\n")
