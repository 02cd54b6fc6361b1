"""What people see of a batch on standard error: one bar on a terminal, a line for each image with -v."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from package_extract.batch.run import Observer
from package_extract.export.printable import printable

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from package_extract.batch.order import Answer
    from package_extract.batch.run import Result
    from package_extract.batch.work_list import WorkItem

__all__ = ["BatchBar", "BatchLines", "observer_for"]

WELL = {"done", "present"}


def observer_for(*, quiet: bool, verbose: bool) -> BatchLines:
    """What suits the options and standard error. Failures are told at once, but for `quiet`."""
    if not quiet and not verbose and sys.stderr.isatty():
        return BatchBar()
    return BatchLines(all_images=verbose, failures=not quiet)


class BatchLines(Observer):
    """A line for each image that is finished, or for those that failed."""

    def __init__(self, *, all_images: bool, failures: bool) -> None:
        self._all, self._failures = all_images, failures
        self._total = self._finished = 0

    def begin(self, total: int) -> None:
        """Keep the number for the lines."""
        self._total = total

    def finished(self, result: Result) -> None:
        """Outcome, seconds, reference, and the error if there is one."""
        self._finished += 1
        answer = result.answer
        if self._all or (self._failures and answer.outcome not in WELL | {"abandoned"}):
            error = f": {answer.error}" if answer.error else ""
            self._say(
                f"[{self._finished}/{self._total}] {answer.outcome} {result.seconds:.2f}s {result.item.shown}{error}"
            )

    def again(self, item: WorkItem, answer: Answer, pause: float) -> None:
        """That there will be another attempt, and why."""
        if self._all:
            self._say(f"again in {pause:g}s: {item.shown}: {answer.error}")

    def close(self) -> None:
        """Nothing more is to come."""

    def _say(self, line: str) -> None:
        sys.stderr.write(f"{printable(line)}\n")
        sys.stderr.flush()


class BatchBar(BatchLines):
    """A bar with the time that is left, and above it a line for each image that failed."""

    def __init__(self) -> None:
        super().__init__(all_images=False, failures=True)
        self._bars: Progress | None = None
        self._task: TaskID | None = None
        self._failed = 0

    def begin(self, total: int) -> None:
        """Draw the bar."""
        super().begin(total)
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bars = Progress(*columns, console=Console(stderr=True), transient=True, speed_estimate_period=300)
        self._task = self._bars.add_task("images", total=total)
        self._bars.start()

    def finished(self, result: Result) -> None:
        """Move the bar."""
        super().finished(result)
        self._failed += result.answer.outcome not in WELL
        if self._bars is not None and self._task is not None:
            failed = f", {self._failed} failed" if self._failed else ""
            self._bars.update(self._task, completed=self._finished, description=f"images{failed}")

    def close(self) -> None:
        """Take the bar away."""
        if self._bars is not None:
            self._bars.stop()

    def _say(self, line: str) -> None:
        if self._bars is not None:
            self._bars.console.print(printable(line), markup=False, highlight=False)
