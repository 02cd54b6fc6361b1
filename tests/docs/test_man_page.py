import importlib.util
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from package_extract.cli.commands import COMMANDS
from package_extract.cli.root import root

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "build_man_page.py"


@pytest.fixture(scope="module")
def module():
    specification = importlib.util.spec_from_file_location("build_man_page", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_it_is_up_to_date(module):
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/build_man_page.py"


def test_it_has_every_command(module):
    page = module.page().replace("\\-", "-")
    assert all(f".SS package-extract {name} " in page or f".SS package-extract {name}\n" in page for name in COMMANDS)
    assert ".B -o, --output FILE" in page
    assert ".SH EXIT STATUS" in page


def test_text_is_no_request(module):
    assert module._escaped(".so /etc/passwd") == "\\&.so /etc/passwd"
    assert module._escaped("'a\\b`") == "\\&\\(aqa\\eb\\(ga"


def test_roff_has_nothing_to_complain_of(module):
    if not shutil.which("groff"):
        pytest.skip("groff is not installed")
    run = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z", module.PAGE], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_every_environment_variable_of_an_option_is_listed(module):
    named = {
        option.envvar
        for name in COMMANDS
        for option in root.get_command(click.Context(root), name).params
        if isinstance(option, click.Option) and option.envvar
    }
    assert named
    assert named <= set(module.ENVIRONMENT)
