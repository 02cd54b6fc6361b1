"""`package-extract prescriptions`: check rules, and compile them into an index."""

from __future__ import annotations

import os
from pathlib import Path

import click

from package_extract.cli.output import write_standard_output

__all__ = ["prescriptions"]

_PATH = click.Path(path_type=Path)


@click.group()
def prescriptions() -> None:
    """Check rules about packages (prescriptions), and compile them into an index."""


@prescriptions.command(name="compile")
@click.argument("directory", type=_PATH)
@click.option("-o", "--output", metavar="FILE", type=_PATH, required=True, help="The index to write.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), metavar="N", help="Processes that read rules.  [default: one per core]"
)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit with 1 if the index is missing or older than the rules."
)
@click.pass_context
def compile_(context: click.Context, /, directory: Path, output: Path, jobs: int | None, *, check: bool) -> None:
    """Compile rules into one index, which opens at once.

    DIRECTORY is that of the rules, or one file of them.

    Files and units that cannot be used are told on standard error; the rest is compiled.
    """
    from package_extract.resolver.rules.compiling import compile_rules
    from package_extract.resolver.rules.staleness import is_current

    if check:
        context.exit(0 if is_current(output, directory) else 1)
    compiled = compile_rules(directory, output, jobs=jobs or os.cpu_count() or 1)
    for problem in compiled.problems:
        click.echo(f"{problem.severity}: {problem}", err=True)
    click.echo(f"{compiled.units} units of {compiled.files} files, {len(compiled.problems)} problems", err=True)


@prescriptions.command()
@click.argument("paths", type=_PATH, nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text: a line for each finding. json: all findings with all fields.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    default="error",
    show_default=True,
    help="Exit with 1 on findings of this severity or graver.",
)
@click.pass_context
def lint(context: click.Context, /, paths: tuple[Path, ...], form: str, fail_on: str) -> None:
    """Report what is wrong with the rules in directories or files.

    Rules that cannot be loaded, that contradict themselves, that never apply, that apply too widely or to the opposite
    of what their text says, and malformed patches. Each is told with file, line and unit.
    """
    from package_extract.document.writing import encode
    from package_extract.export.printable import printable
    from package_extract.resolver.rules.linting import lint as findings

    severities = ["error", "warning", "info"][: ["error", "warning", "info"].index(fail_on) + 1]
    failed = False
    told = []
    for finding in findings(paths):
        failed = failed or finding.severity in severities
        if form == "text":
            click.echo(printable(str(finding)))
        else:
            told.append(finding._asdict())
    code = write_standard_output(encode(told, indent=True)) if form == "json" else 0
    context.exit(code or int(failed))
