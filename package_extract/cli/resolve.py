"""`package-extract resolve`."""

from __future__ import annotations

from typing import Any

import click

from package_extract.cli.byte_size import ByteSize
from package_extract.cli.index_options import INDEX_OPTION_NAMES, index_options, index_settings
from package_extract.cli.output import write_standard_output
from package_extract.cli.output_option import writable
from package_extract.cli.rule_options import RULE_NAMES, rule_options, rule_settings, wants_rules
from package_extract.cli.verbosity_options import verbosity_options

__all__ = ["resolve"]

EPILOG = """\b
Without --image the requirements are resolved for --target, which is
"cpython 3.12 glibc 2.28 x86_64" if nothing else is said.

\b
Exit codes: 0 solved; 1 no solution, or the index cannot be asked; 2 wrong
usage; 3 the image has no such Python; 4 the index wants other credentials;
5 a document, a file of requirements or an index's answer cannot be read.

\b
Examples:
  package-extract resolve flask 'numpy<2' --image document.json
  package-extract resolve -r requirements.txt --image document.json \\
      -o lock.txt --constraints-output stays.txt
  package-extract resolve -r requirements.txt --image a.json --image b.json
  package-extract resolve --request images.toml --format pylock -o locks/
"""


def _writable(context: click.Context, parameter: click.Parameter, output: str | None) -> str | None:
    """A file as other commands write it; for several images, which `--request` asks for, perhaps a directory."""
    if context.params.get("request_file"):
        return None if output == "-" else output
    return writable(context, parameter, output)


@click.command(epilog=EPILOG)
@click.argument("requirements", nargs=-1)
@click.option("-r", "--requirement", "files", metavar="FILE", multiple=True,
              help="requirements.txt, pyproject.toml, Pipfile or a script; may be given several times.")  # fmt: skip
@click.option(
    "-c",
    "--constraint",
    "constraints",
    metavar="FILE",
    multiple=True,
    help="Bounds on what gets installed; may be given several times.",
)
@click.option(
    "--override",
    "overrides",
    metavar="FILE",
    multiple=True,
    help="Requirements that take the place of all others of the same package; may be given several times.",
)
@click.option(
    "--extra",
    "extras",
    metavar="NAME",
    multiple=True,
    help="An extra of the project in a pyproject.toml; may be given several times.",
)
@click.option(
    "--group",
    "groups",
    metavar="NAME",
    multiple=True,
    help="A dependency group of the project; may be given several times.",
)
@click.option("--image", "images", metavar="DOCUMENT", multiple=True,
              help="What `package-extract analyze` wrote; may be given several times: images are ranked, "
              "and the best is answered for.")  # fmt: skip
@click.option(
    "--python", metavar="PATH", help="An interpreter or environment of the image.  [default: the first on PATH]"
)
@click.option("--target", metavar="WORDS", help='A target without an image: "cpython 3.11 musl 1.2 aarch64".')
@click.option(
    "--request",
    "request_file",
    metavar="FILE",
    is_eager=True,
    help="A TOML file that asks for several images at once; docs/resolving.md.",
)
@click.option("--installed", type=click.Choice(["prefer", "pin", "ignore", "latest"]), default="prefer",
              show_default=True, help="What happens to packages that the image has.")  # fmt: skip
@click.option("--pre", is_flag=True, help="Pre-releases count like other versions.")
@click.option("--no-pre", is_flag=True, help="No pre-releases, even if nothing else fits.")
@click.option("--format", "form", type=click.Choice(["requirements", "pylock", "pipfile", "json", "text"]),
              default="requirements", show_default=True, help="Form of the answer.")  # fmt: skip
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    default="-",
    callback=_writable,
    help="Write to FILE, all or nothing, with --request to files in this directory; - is standard output.",
)
@click.option(
    "--constraints-output",
    metavar="FILE",
    callback=_writable,
    help="Write what stays in the image as constraints to FILE; with --request to files in this directory.",
)
@click.option("--no-hashes", is_flag=True, help="A requirements file without hashes.")
@click.option("--all-files", is_flag=True, help="Hashes of every wheel that fits, not of the best one only.")
@click.option("--why", is_flag=True, help="With --format text: what speaks against each newer version.")
@click.option("--verify-budget", type=ByteSize(), metavar="BYTES",
              help="What may be transferred of a wheel to check its native code.  [default: 96M]")  # fmt: skip
@click.option("--no-verify", is_flag=True, help="Do not check native code.")
@click.option("--deep", is_flag=True, help="Check native code whatever it costs, however large.")
@rule_options
@index_options
@verbosity_options()
@click.pass_context
def resolve(context: click.Context, /, quiet: bool, verbose: bool, explain_rules: bool, **how: Any) -> None:
    """Choose versions of REQUIREMENTS that work together inside an image, and say why.

    Only wheels are considered. What the image has already is kept where it fits, and not written: the answer is what
    to install on top. Nothing is installed or built.

    Rules forbid versions and combinations of which metadata does not tell that they fail; what else rules know of the
    result is told by `advise`.
    """
    _check_usage(how)
    options = index_settings(**{name: how.pop(name) for name in INDEX_OPTION_NAMES})

    said = {name: how.pop(name) for name in RULE_NAMES}
    rules = rule_settings(said, options, quiet=quiet) if wants_rules(said) else None

    from package_extract.cli.resolving import Asked, run

    outcome = run(Asked(**how), options, rules, quiet=quiet, verbose=verbose, explain=explain_rules)
    if outcome.for_people and not quiet:
        click.echo(outcome.for_people.rstrip("\n"), err=True)
    context.exit(outcome.code or write_standard_output(outcome.standard_output))


def _check_usage(how: dict[str, Any]) -> None:
    asked = how["requirements"] or how["files"]
    if how["request_file"]:
        if asked or how["images"] or how["target"] or how["python"]:
            raise click.UsageError("--request says everything; leave out requirements, --image, --python and --target")
    elif not asked:
        raise click.UsageError("say what is required: names, or -r FILE")
    if how["images"] and how["target"]:
        raise click.UsageError("--image and --target exclude each other")
    if how["python"] and len(how["images"]) != 1:
        raise click.UsageError("--python needs one --image")
    if how["pre"] and how["no_pre"]:
        raise click.UsageError("--pre and --no-pre exclude each other")
    if how["images"].count("-") > 1:
        raise click.UsageError("standard input can be one image only")
