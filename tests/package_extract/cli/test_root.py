import pytest

from package_extract import __version__
from package_extract.cli.commands import COMMANDS, help_text
from package_extract.cli.root import root


def test_help_is_the_same_with_and_without_click(command):
    assert command("--help") == (0, help_text().encode(), "")


def test_help_names_every_command():
    for name, (_, summary) in COMMANDS.items():
        assert f"  {name}" in help_text()
        assert summary in help_text()
    assert max(map(len, help_text().splitlines())) <= 80


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_helps(name, command):
    code, out, err = command(name, "--help")
    assert (code, err) == (0, "")
    assert out.decode().startswith(f"Usage: package-extract {name}")
    loaded = root.get_command(None, name)
    assert loaded.name == name


def test_version(command):
    assert command("--version") == (0, f"package-extract {__version__}\n".encode(), "")


def test_no_such_command(command):
    code, out, err = command("analyse", "x")
    assert (code, out) == (2, b"")
    assert "No such command 'analyse'. Did you mean 'analyze'" in err
    assert command("xyzzy")[2].rstrip().endswith("No such command 'xyzzy'.")


def test_no_command_shows_the_help(command):
    code, _, err = command()
    assert code == 2
    assert err.strip() == help_text().strip()
