"""`package-extract tags`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from package_extract.cli.output import write_standard_output

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.document.python_interpreters import PythonInterpreter

__all__ = ["tags"]


@click.command()
@click.argument("document", metavar="DOC")
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
    help="One tag in a line; an object with markers and tags; what `pex --complete-platform` reads; or arguments for "
    "`uv pip compile` and `pip download`, one in a line.",
)
@click.pass_context
def tags(context: click.Context, /, document: str, python: str | None, form: str) -> None:
    """Print the tags of the wheels that an interpreter of an analyzed image accepts, best first.

    DOC is what `package-extract analyze` wrote, or - for standard input. --python is needed only where the image has
    interpreters that accept different wheels.
    """
    from package_extract.document.interpreter_choice import choose
    from package_extract.document.python_interpreters import PythonInterpretersSection
    from package_extract.document.reading import load_valid

    section = load_valid(document)["results"].get("python_interpreters")
    if section is None:
        raise click.UsageError("the document says nothing of interpreters: analyze with python_interpreters", context)
    chosen = choose(PythonInterpretersSection.model_validate(section).interpreters, python)
    context.exit(write_standard_output(_written(chosen, form)))


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
