"""Bytes to standard output, whoever reads it, or to a file."""

from __future__ import annotations

import os
import sys

__all__ = ["BROKEN_PIPE", "forget_unwritten", "write_output", "write_standard_output"]

BROKEN_PIPE = 141
"""What a shell says of a process that SIGPIPE ended."""


def write_standard_output(data: bytes) -> int:
    """Write all of it and return the exit code: `BROKEN_PIPE` if the reader has gone away, of which nothing is said."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        forget_unwritten()
        return BROKEN_PIPE
    return 0


def forget_unwritten() -> None:
    """Drop what standard output did not take; else the interpreter complains of it once more at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_output(data: bytes, target: str | None) -> int:
    """Write all of it to the file, or to standard output if there is none; return the exit code."""
    if target is None:
        return write_standard_output(data)
    from package_extract.document.writing import write_file

    write_file(target, data)
    return 0
