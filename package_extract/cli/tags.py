"""`package-extract tags`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from package_extract.cli.completing import files
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.document.python_interpreters import PythonInterpreter

__all__ = ["tags"]

EPILOG = """\b
Examples:
  package-extract tags document.json | head -1
  package-extract tags document.json --python /opt/venv --format pex -o platform.json
"""


@click.command(epilog=EPILOG)
@click.argument("document", metavar="DOCUMENT", shell_complete=files)
@output_option
@click.option(
    "--python",
    metavar="PATH",
    help="The interpreter: path of its program, of a link to it, or of the prefix of its environment.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["lines", "json", "pex", "uv-args", "pip-args"]),
    default="lines",
    show_default=True,
    help="lines: a tag on each. json: markers and tags. pex: what `pex --complete-platform` reads. uv-args, pip-args: "
    "arguments for `uv pip compile` and `pip download`, one on a line.",
)
@click.pass_context
def tags(context: click.Context, /, document: str, output: str | None, python: str | None, form: str) -> None:
    """Print the tags of the wheels that an interpreter of an analyzed image accepts, best first.

    DOCUMENT is what `package-extract analyze` wrote, or - for standard input. --python is needed only where the image
    has interpreters that accept different wheels.
    """
    from package_extract.document.interpreter_choice import choose
    from package_extract.document.python_interpreters import PythonInterpretersSection
    from package_extract.document.reading import load_valid

    section = load_valid(document)["results"].get("python_interpreters")
    if section is None:
        raise click.UsageError("the document says nothing of interpreters: analyze with python_interpreters", context)
    chosen = choose(PythonInterpretersSection.model_validate(section).interpreters, python)
    context.exit(write_output(_written(chosen, form), output))


def _lines(texts: Iterable[str]) -> bytes:
    return "".join(f"{text}\n" for text in texts).encode()


def _written(interpreter: PythonInterpreter, form: str) -> bytes:
    from package_extract.document.writing import encode
    from package_extract.export.installer_arguments import pip_arguments, uv_arguments
    from package_extract.export.pex import complete_platform

    if form == "lines":
        return _lines(map(str, interpreter.tags()))
    if form == "uv-args":
        return _lines(uv_arguments(interpreter))
    if form == "pip-args":
        return _lines(pip_arguments(interpreter))
    if form == "pex":
        return encode(complete_platform(interpreter), indent=True)
    return encode(
        {
            "path": interpreter.path,
            "implementation": interpreter.implementation,
            "version": interpreter.version,
            "marker_environment": interpreter.marker_environment,
            "tags": [str(tag) for tag in interpreter.tags()],
        },
        indent=True,
    )
