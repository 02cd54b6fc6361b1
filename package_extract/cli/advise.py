"""`package-extract advise`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from package_extract.cli.asked_request import refuse_unclear
from package_extract.cli.index_options import INDEX_OPTION_NAMES, index_options, index_settings
from package_extract.cli.output_option import output_option, writable
from package_extract.cli.rule_options import RULE_NAMES, rule_options, rule_settings
from package_extract.cli.target_options import target_options
from package_extract.cli.verbosity_options import verbosity_options

__all__ = ["advise"]

EPILOG = """\b
Examples:
  package-extract advise torch opencv-python --image document.json
  package-extract advise -r requirements.txt --image document.json \\
      --prescriptions prescriptions.sqlite --recommend security --advisories osv/
  package-extract advise -r requirements.txt --image document.json \\
      --format thoth -o report.json --env-file torch.env
"""


@click.command(epilog=EPILOG)
@click.argument("requirements", nargs=-1)
@click.option("-r", "--requirement", "files", metavar="FILE", multiple=True,
              help="requirements.txt, pyproject.toml, Pipfile or a script; may be given several times.")  # fmt: skip
@target_options
@click.option("--no-verify", is_flag=True, help="Do not check native code.")
@click.option("--format", "form", type=click.Choice(["text", "json", "thoth"]), default="text", show_default=True,
              help="Form of the advice.")  # fmt: skip
@output_option
@click.option("--lock", metavar="FILE", callback=writable, help="Also write a requirements file with hashes.")
@click.option("--no-hashes", is_flag=True, help="The requirements file without hashes.")
@click.option(
    "--env-file",
    metavar="FILE",
    callback=writable,
    help="Also write the environment variables, KEY=VALUE on each line.",
)
@click.option(
    "--catalogue",
    metavar="PATH",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Prebuilt images to compare with: documents, or directories of them; may be given several times.",
)
@click.option("--info", is_flag=True, help="Tell plain facts about packages too, not only what should be known.")
@click.option("--why", is_flag=True, help="What speaks against each newer version.")
@click.option("--no-freshness", is_flag=True, help="Do not look for answers in which nothing is years behind.")
@rule_options
@index_options
@verbosity_options()
@click.pass_context
def advise(context: click.Context, /, quiet: bool, verbose: bool, explain_rules: bool, **how: Any) -> None:
    """Choose versions of REQUIREMENTS as `resolve` does, under rules, and tell what the rules know.

    Rules forbid versions and combinations, and tell what wheels do not declare: programs and libraries that the image
    lacks, environment variables to set, prebuilt images to consider.
    """
    refuse_unclear(how)
    options = index_settings(**{name: how.pop(name) for name in INDEX_OPTION_NAMES})
    rules = rule_settings({name: how.pop(name) for name in RULE_NAMES}, options, info=how["info"], quiet=quiet)

    from package_extract.cli.advising import run

    context.exit(run(how, options, rules, quiet=quiet, verbose=verbose, explain=explain_rules))
