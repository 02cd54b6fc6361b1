"""The command line: one file per command."""

from __future__ import annotations

import gc
import sys
from contextlib import suppress

__all__ = ["INTERRUPTED", "main"]

INTERRUPTED = 130
NEW_OBJECTS = 500_000


def main() -> None:
    """Run the command of this process and end it with the exit code."""
    gc.set_threshold(NEW_OBJECTS)  # what is made lives to the end: looking for garbage often finds none
    if None in (sys.stdin, sys.stdout, sys.stderr):
        from package_extract.cli.standard_streams import fill_closed

        fill_closed()
    arguments = sys.argv[1:]
    if arguments in (["-h"], ["--help"]):  # without click, which takes most of the time until help is there
        from package_extract.cli.commands import help_text
        from package_extract.cli.output import write_standard_output

        with suppress(OSError):  # what is wrong with standard output is told below
            sys.exit(write_standard_output(help_text().encode()))

    try:
        from package_extract.cli.ending import run
        from package_extract.termination import end_on_signals

        end_on_signals()
        status = run(arguments)
    except KeyboardInterrupt:  # before the commands are there
        status = INTERRUPTED
    gc.freeze()  # the kernel takes it all back at once: the last search for garbage takes 20 to 30 ms
    sys.exit(status)
