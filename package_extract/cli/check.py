"""`package-extract check`."""

from __future__ import annotations

from typing import Any

import click

from package_extract import audit
from package_extract.cli.completing import files
from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option
from package_extract.cli.reading_options import reading_options, settings
from package_extract.cli.subject import document_of
from package_extract.cli.terminal import fitting_width
from package_extract.cli.verbosity_options import verbosity_options

__all__ = ["check"]

BROKEN = 1
SEVERITIES = ("error", "warning", "info", "never")

EPILOG = """\b
DOCUMENT is a file that `package-extract analyze` wrote, or - for standard
input; IMAGE is what `package-extract analyze` takes, and is analyzed first.

\b
Kinds of findings:
  missing-requirement, conflicting-requirement   what `pip check` says inside
  unsupported-wheel, unsupported-python          made for another interpreter
  missing-library, missing-symbol-version        fails when it is loaded
  cuda-conflict, driver-library                  CUDA
  overwritten-package, duplicate-package,
  shadowed-package, lock-differs                 packages in each other's way
  invalid-metadata, not-checked                  what could not be judged

\b
Exit codes: 0 nothing that --fail-on names; 1 something broken; others as with
`package-extract analyze`.

\b
Examples:
  package-extract check document.json
  package-extract check image.tar --fail-on warning
  package-extract check oci:layout --format json --fail-on missing-library
"""


@click.command(epilog=EPILOG)
@click.argument("target", metavar="DOCUMENT|IMAGE", shell_complete=files)
@output_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text: for people. json: all findings with all fields.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, *audit.KINDS]),
    metavar="SEVERITY|KIND",
    multiple=True,
    default=audit.FAILING,
    help="Exit with 1 on findings of this severity or graver (error, warning, info), or of this kind; "
    "may be given several times; never: on none.  [default: error]",
)
@reading_options
@verbosity_options()
@click.pass_context
def check(
    context: click.Context,
    /,
    target: str,
    output: str | None,
    form: str,
    fail_on: tuple[str, ...],
    quiet: bool,
    verbose: bool,
    **how: Any,
) -> None:
    """Say what is broken in an image: requirements that are not met, libraries that are missing, conflicts."""
    findings = audit.check(document_of(target, settings(**how), quiet=quiet, verbose=verbose))
    code = write_output(_rendered(findings, form, output), output)
    context.exit(code or (BROKEN if audit.failing(findings["findings"], fail_on) else 0))


def _rendered(findings: dict[str, Any], form: str, output: str | None) -> bytes:
    if form == "json":
        from package_extract.document.writing import encode

        return encode(findings, indent=True)
    from package_extract.export.findings import render

    return render(findings, width=fitting_width(output)).encode()
