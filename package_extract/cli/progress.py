"""What people see of a run on standard error: nothing, lines (`-v`), or a bar for each layer on a terminal."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from package_extract.export.printable import printable
from package_extract.progress import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

__all__ = ["BarProgress", "LineProgress", "progress_for"]

SHOWN_AFTER = 0.5
"""Seconds of work before a bar is worth its import."""
REFRESHED_EVERY = 0.1


def progress_for(*, quiet: bool, verbose: bool) -> Progress:
    """The progress that suits the options and standard error."""
    if verbose:
        return LineProgress()
    if quiet or not sys.stderr.isatty():
        return Progress()
    return BarProgress()


class LineProgress(Progress):
    """A line with the seconds since the start for each thing that happens."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._layers = 0

    def layers(self, layers: list[tuple[str, int | None]]) -> None:
        """How many layers, and how large."""
        self._layers = len(layers)
        self.phase(f"{len(layers)} layers, {sum(size or 0 for _, size in layers):,} bytes as stored")

    def layer_done(self, index: int, *, cached: bool) -> None:
        """Which layer is done."""
        self.phase(f"layer {index + 1} of {self._layers} {'taken from the cache' if cached else 'read'}")

    def phase(self, text: str) -> None:
        """What begins now."""
        sys.stderr.write(f"{time.monotonic() - self._started:8.2f}s  {printable(text)}\n")


class BarProgress(Progress):
    """A bar for each layer and one for all of them; drawn only if the work lasts, and gone when it ends."""

    def __init__(self) -> None:
        self._started = self._drawn = time.monotonic()
        self._layers: list[tuple[str, int | None]] = []
        self._read: list[int] = []
        self._done: set[int] = set()
        self._phase = "opening"
        self._bars: Bars | None = None
        self._tasks: list[TaskID] = []
        self._total: TaskID | None = None

    def layers(self, layers: list[tuple[str, int | None]]) -> None:
        """The layers to come."""
        self._layers, self._read = layers, [0] * len(layers)
        self._phase = "reading layers"
        self._draw()

    def layer_bytes(self, index: int, count: int) -> None:
        """How far a layer is."""
        self._read[index] = count
        self._draw()

    def layer_done(self, index: int, *, cached: bool) -> None:
        """A layer is done."""
        del cached
        self._read[index] = self._layers[index][1] or self._read[index]
        self._done.add(index)
        self._draw()

    def phase(self, text: str) -> None:
        """What begins now."""
        self._phase = text
        self._draw()

    def close(self) -> None:
        """Take the bars away."""
        if self._bars:
            self._bars.stop()

    def _draw(self) -> None:
        now = time.monotonic()
        if now - self._started < SHOWN_AFTER or now - self._drawn < REFRESHED_EVERY:
            return
        self._drawn = now
        bars = self._bars or self._begin()
        if self._layers and self._total is None:
            self._add_tasks(bars)
        for index, task in enumerate(self._tasks):
            bars.update(task, completed=self._read[index], visible=index not in self._done)
        if self._total is not None:
            bars.update(self._total, completed=sum(self._read), description=printable(self._phase))
        bars.refresh()

    def _begin(self) -> Bars:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        # No thread of its own: the reading of layers forks.
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self._bars.start()
        return self._bars

    def _add_tasks(self, bars: Bars) -> None:
        for name, size in self._layers:
            self._tasks.append(bars.add_task(printable(name)[:19], total=size))
        sizes = [size for _, size in self._layers if size is not None]
        self._total = bars.add_task(self._phase, total=sum(sizes) if len(sizes) == len(self._layers) else None)
