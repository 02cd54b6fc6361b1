"""Standard streams that were closed before the process began (`>&-`), made to refuse what is asked of them."""

from __future__ import annotations

import os
import sys

__all__ = ["fill_closed"]


def fill_closed() -> None:
    """Put a stream where Python has none, so that reading and writing fail as with any file that cannot be used.

    Else the next file that is opened would get the descriptor of the stream. What goes to a closed standard error is
    lost, as nobody can be told of it.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_WRONLY))
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")
