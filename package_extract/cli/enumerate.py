"""`package-extract enumerate`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from package_extract.cli.asked_request import refuse_unclear
from package_extract.cli.index_options import INDEX_OPTION_NAMES, index_options, index_settings
from package_extract.cli.rule_options import RULE_NAMES, rule_options, rule_settings
from package_extract.cli.target_options import target_options
from package_extract.cli.verbosity_options import verbosity_options

__all__ = ["enumerate_"]

EPILOG = """\b
Examples:
  package-extract enumerate flask --image document.json --count 5 -o stacks/
  package-extract enumerate -r requirements.txt --image document.json --random \\
      --seed 7 --count 20 -o stacks/ --report report.jsonl \\
      --run 'podman build --build-arg LOCK={lock} .'

\b
A run that was interrupted goes on where it was if it is given the same report
again.
"""


def _words(_context: click.Context, _parameter: click.Parameter, command: str | None) -> list[str] | None:
    """The words of a command, as a shell would take them apart."""
    if command is None:
        return None
    import shlex

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise click.BadParameter(f"{command!r} cannot be taken apart: {str(error).lower()}") from None
    if not words:
        raise click.BadParameter("the command is empty")
    return words


@click.command(name="enumerate", epilog=EPILOG)
@click.argument("requirements", nargs=-1)
@click.option(
    "-r",
    "--requirement",
    "files",
    metavar="FILE",
    multiple=True,
    help="requirements.txt, pyproject.toml, Pipfile or a script; may be given several times.",
)
@target_options
@click.option("--verify", is_flag=True, help="Check native code of each stack.")
@click.option(
    "--count", type=click.IntRange(1), metavar="N", default=10, show_default=True, help="How many stacks, at most."
)
@click.option("--all", "all_", is_flag=True, help="All stacks that there are, however many.")
@click.option("--random", is_flag=True, help="Versions at random, instead of the newest first.")
@click.option(
    "--seed",
    type=int,
    metavar="N",
    default=0,
    show_default=True,
    help="With --random: the same seed makes the same stacks.",
)
@click.option("--vary", type=click.Choice(["all", "direct"]), default="all", show_default=True,
              help="direct: stacks that differ in the packages that were required.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["requirements", "pylock", "pipfile"]), default="requirements",
              show_default=True, help="Form of the lock files.")  # fmt: skip
@click.option("--no-hashes", is_flag=True, help="Requirements files without hashes.")
@click.option("-o", "--output", metavar="DIRECTORY", type=click.Path(path_type=Path, file_okay=False),
              help="Where to write the lock files.  [default: standard output, a line of JSON for each]")  # fmt: skip
@click.option(
    "--run",
    "command",
    metavar="COMMAND",
    callback=_words,
    help="Run for each stack; in it {lock}, {number} and {id} stand for the stack's lock file, number and id.",
)
@click.option("--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", default=3600, show_default=True,
              help="How long the command may take.")  # fmt: skip
@click.option("--report", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Collect the results; a run goes on where an existing one ends.")  # fmt: skip
@rule_options
@index_options
@verbosity_options()
@click.pass_context
def enumerate_(context: click.Context, /, quiet: bool, verbose: bool, **how: Any) -> None:
    """Make many stacks of REQUIREMENTS that fit an image, each as a lock file, and try each with a command.

    A stack is one answer of `resolve`: a set of versions that work together. The exit code is 1 if a command failed.
    """
    refuse_unclear(how)
    if how["command"] and how["output"] is None:
        raise click.UsageError("--run needs -o, the directory of the lock files")
    options = index_settings(**{name: how.pop(name) for name in INDEX_OPTION_NAMES})
    rules = rule_settings({name: how[name] for name in RULE_NAMES}, options, quiet=quiet)

    from package_extract.cli.enumerating import run

    context.exit(run(how, options, rules, quiet=quiet, verbose=verbose))
