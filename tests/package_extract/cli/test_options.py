"""What holds for the options of every command, so that who knows one command knows them all."""

import re
import sys

import click
import pytest

from package_extract.cli.commands import COMMANDS
from package_extract.cli.root import root


def commands():
    for name in COMMANDS:
        command = root.get_command(None, name)
        yield name, command
        for part, inner in command.commands.items() if isinstance(command, click.Group) else ():
            yield f"{name} {part}", inner


def options():
    for name, command in commands():
        yield from ((name, option) for option in command.params if isinstance(option, click.Option))


OPTIONS = [pytest.param(option, id=f"{name} {option.opts[-1]}") for name, option in options()]


@pytest.mark.parametrize("option", OPTIONS)
def test_every_option_says_what_it_takes_and_does(option):
    with click.Context(click.Command("any")) as context:
        names, text = option.get_help_record(context)
    assert not re.search(r"\b(TEXT|INTEGER|FLOAT|PATH)( RANGE)?$", names) or option.metavar, f"{names} has no metavar"
    assert re.search(r"[.)]$", re.sub(r"( +\[[^\]]*\])+$", "", text)), f"{text!r} is no sentence"
    if option.multiple:
        assert "may be given several times" in text
    if isinstance(option.type, click.Choice) and not option.required:
        assert "default" in text


def test_a_short_name_means_the_same_everywhere():
    meanings = {}
    for _, option in options():
        for short in (name for name in option.opts if len(name) == 2):
            meanings.setdefault(short, set()).update(name for name in option.opts if len(name) > 2)
    assert {short: names for short, names in meanings.items() if len(names) > 1} == {}


def test_what_prints_a_result_writes_it_to_a_file_as_well():
    prints_lines = {"analyzers", "completion", "serve", "attach", "store ls", "store by-digest", "prescriptions lint"}
    for name, command in commands():
        if not isinstance(command, click.Group) and name not in prints_lines:
            assert any("--output" in option.opts for option in command.params), name


def test_every_argument_is_named_in_capitals():
    for name, command in commands():
        for argument in command.params:
            if isinstance(argument, click.Argument) and not isinstance(argument.type, click.Choice):
                shown = argument.make_metavar(click.Context(command))
                assert re.fullmatch(r"\[?[A-Z|-]+\.{0,3}\]?(\.\.\.)?|\[-- BATCH-OPTIONS\]", shown), (name, shown)


def test_an_output_that_cannot_be_written_is_refused_before_the_work(command, tmp_path):
    for arguments in (["analyze", "nothing.tar"], ["check", "nothing.tar"], ["resolve", "x"], ["advise", "x"]):
        code, out, err = command(*arguments, "-o", tmp_path)
        assert (code, out) == (2, b"")
        assert f"Invalid value for '-o' / '--output': {tmp_path} is a directory" in err
        code, _, err = command(*arguments, "-o", tmp_path / "no" / "file")
        assert code == 2
        assert f"there is no directory {tmp_path}/no" in err


def test_what_goes_to_a_file_is_what_is_printed(command, example, tmp_path):
    document, output = tmp_path / "document.json", tmp_path / "output"
    assert command("analyze", example, "-o", document)[0] == 0
    for arguments in (["check", document], ["show", document], ["show", document, "layers"], ["schema"]):
        code, out, _ = command(*arguments)
        assert command(*arguments, "-o", output) == (code, b"", "")
        assert output.read_bytes() == out


def test_no_page_fills_a_terminal_unless_it_is_asked_for(command, example, tmp_path, monkeypatch):
    document = tmp_path / "document.json"
    assert command("analyze", example, "-o", document)[0] == 0
    pages = (
        ["report", document],
        ["analyze", example, "--format", "html"],
        ["diff", document, example, "--format=html"],
    )
    for arguments in pages:
        code, out, _ = command(*arguments)
        assert (code, out[:15]) == (0, b"<!doctype html>")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for arguments in pages:
        code, out, err = command(*arguments)
        assert (code, out) == (2, b"")
        assert "give a file with -o" in err
        assert command(*arguments, "-o", "-")[1][:15] == b"<!doctype html>"
