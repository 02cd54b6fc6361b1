"""How a run ends: every failure becomes one sentence on standard error and an exit code, never a traceback.

0 done; 1 could not be done; 2 wrong usage; 3 no such image or platform; 4 access denied; 5 unreadable or corrupt input;
129, 130, 141 and 143 as a shell says it of a process ended by SIGHUP, SIGINT, SIGPIPE and SIGTERM.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from package_extract.cli import INTERRUPTED
from package_extract.cli.output import forget_unwritten
from package_extract.cli.root import root

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Session", "run"]

_LONGEST = 10_000


class Session:
    """What a command leaves for the end of the run; it is click's `obj`."""

    verbose: bool = False


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    session = Session()
    try:
        code = root.main(list(arguments), prog_name="package-extract", standalone_mode=False, obj=session)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001
        return _failure(error, verbose=session.verbose)
    return code if isinstance(code, int) else 0


def _failure(error: Exception, *, verbose: bool) -> int:
    """Say the error in a sentence, with `verbose` also where it comes from, and return the exit code."""
    from package_extract.errors import PackageExtractError
    from package_extract.export.printable import printable

    if verbose:
        import traceback

        for line in "".join(traceback.format_exception(error)).splitlines():
            click.echo(printable(line), err=True)
    code = 1
    if isinstance(error, PackageExtractError):
        sentence, code = str(error), error.exit_code
    elif isinstance(error, OSError):
        forget_unwritten()
        sentence = ": ".join(str(part) for part in (error.filename, error.strerror or error) if part)
    elif isinstance(error, MemoryError):
        sentence = "out of memory; --jobs 1 needs least"
    else:
        name = f"{type(error).__name__}: {error}".rstrip(": ")
        sentence = f"an error in package-extract itself ({name}); please report it with what -v shows"
    if len(sentence) > _LONGEST:  # an image may have put a name in it
        sentence = f"{sentence[:_LONGEST]}…"
    click.echo("package-extract: " + "\n".join(printable(line) for line in sentence.splitlines()), err=True)
    return code
