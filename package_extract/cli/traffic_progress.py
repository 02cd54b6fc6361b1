"""How far a resolution is, on standard error: what was asked of package indexes, and what they sent."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from package_extract.cli.progress import progress_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.progress import Progress
    from package_extract.resolver.source import Source

__all__ = ["traffic_shown"]

_TICK = 0.2
"""Seconds between two looks at the traffic."""


@contextmanager
def traffic_shown(source: Source, *, quiet: bool, verbose: bool) -> Iterator[None]:
    """Say it a few times a second while the resolution goes on, as far as the options and the terminal want it."""
    progress: Progress = progress_for(quiet=quiet, verbose=verbose)
    done = threading.Event()

    def show() -> None:
        last = ""
        while not done.wait(_TICK):
            traffic = source.traffic
            pages, received = traffic.pages + traffic.from_cache, traffic.received
            text = f"resolving: {pages} answers of indexes, {traffic.metadata} of wheels, {received:,} bytes"
            if text != last:
                progress.phase(text)
                last = text

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        progress.close()
