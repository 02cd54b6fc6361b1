"""Where a command writes: a file that can be written, or standard output, whoever reads it."""

from __future__ import annotations

import os
import sys

import click

__all__ = ["BROKEN_PIPE", "writable", "write_standard_output"]

BROKEN_PIPE = 141
"""What a shell says of a process that SIGPIPE ended."""


def write_standard_output(data: bytes) -> int:
    """Write all of it and return the exit code: `BROKEN_PIPE` if the reader has gone away, of which nothing is said."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else the interpreter complains when it flushes at exit
        return BROKEN_PIPE
    return 0


def writable(output: str) -> str:
    """The output file, refused before the work and not after it."""
    parent = os.path.dirname(output) or "."
    if os.path.isdir(output):
        raise click.BadParameter(f"{output} is a directory", param_hint="--output")
    if not os.path.isdir(parent):
        raise click.BadParameter(f"there is no directory {parent}", param_hint="--output")
    return output
