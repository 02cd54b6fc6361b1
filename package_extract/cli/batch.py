"""`package-extract batch`."""

from __future__ import annotations

import os
import signal
import sys
import time
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from package_extract.cli.output import write_output
from package_extract.cli.output_option import output_option
from package_extract.cli.reading_options import reading_options, settings
from package_extract.cli.store_option import store_option
from package_extract.cli.verbosity_options import verbosity_options
from package_extract.cli.work_list_argument import read_list, work_list_argument
from package_extract.cli.worker_options import worker_options
from package_extract.termination import ending_signals

if TYPE_CHECKING:
    from package_extract.batch.run import BatchOptions
    from package_extract.batch.shard import Shard
    from package_extract.options import AnalyzeOptions

__all__ = ["batch"]

EPILOG = """\b
LIST is a file, or - for standard input, in one of three forms:
  lines     a reference on each; "# ..." and blank lines are passed over
  CSV       with a heading: reference, and perhaps platform and id
  JSON      an array of references, or of objects with these members

\b
One process per image: a crash loses that image only. Tried again are broken
transfers, a store that does not answer, and processes that were killed; not
images that are missing (exit code 3), refused (4) or corrupt (5), that need
more than --memory, or that take longer than --timeout. Started again, whatever
ended it, a batch does what is left.

\b
Exit codes: 0 all images have their document; 2, 3, 4, 5 as for `analyze`, if
nothing else went wrong with any image: starting again will not help; 1
otherwise; 130, 143 stopped by SIGINT, SIGTERM. The summary says it per image.

\b
Examples:
  package-extract batch images.txt --store results -o summary.json
  ls *.tar | package-extract batch - --store results --workers 4 -v
  package-extract batch images.csv --store s3://bucket/analysis --shard 0/8
"""


@click.command(epilog=EPILOG)
@work_list_argument
@store_option
@output_option
@worker_options
@click.option(
    "--shard",
    metavar="I/N",
    help="Only every N-th image, from the I-th, counted from 0.  [default: in an Indexed Job of Kubernetes, its own]",
)
@click.option(
    "--refresh",
    is_flag=True,
    help="Look again at images that have a document, and replace it: tags may have moved.",
)
@reading_options
@verbosity_options(
    quiet="Nothing on standard error but errors of the batch itself.",
    verbose="A line on standard error for each image.",
)
@click.pass_context
def batch(context: click.Context, /, list_file: str, store: str, output: str | None, **how: Any) -> None:
    """Analyze the images of LIST and keep their documents in a store.

    A document appears in the store whole and once, whatever is killed and started again. Layers that images share are
    fetched and read once. What is printed, or written to FILE, is a summary in JSON.
    """
    options = {name: how.pop(name) for name in ("workers", "memory", "retries", "shard", "refresh")}
    quiet, verbose = how.pop("quiet"), how.pop("verbose")
    timeout, jobs = how["timeout"], how["jobs"]
    shard = _shard(options["shard"])
    work = read_list(list_file, how["platform"])
    analyze = settings(**how)

    from package_extract.batch.run import run_batch
    from package_extract.batch.summary import summary
    from package_extract.cli.batch_progress import observer_for

    for line, first in work.duplicates if not quiet else []:
        click.echo(f"line {line} repeats line {first} and is passed over", err=True)
    items = shard.of(work.items) if shard else work.items
    plan = _plan(analyze, store, options, timeout=timeout, jobs=jobs)
    observer, started = observer_for(quiet=quiet, verbose=verbose), time.time()
    with _Stop() as stop:
        try:
            results = run_batch(items, plan, stop.event, observer)
        finally:
            observer.close()
        report = summary(work, results, store, shard, started)
        _write(report, output)
    context.exit(128 + stop.signal if stop.signal else report["exit_code"])


def _plan(
    analyze: AnalyzeOptions, store: str, options: dict[str, Any], *, timeout: float | None, jobs: int | None
) -> BatchOptions:
    from package_extract.batch.memory import share_of_memory
    from package_extract.batch.run import BatchOptions
    from package_extract.parallel import available_cores

    workers = options["workers"] or available_cores()
    return BatchOptions(
        # Images side by side are enough for the cores; layers side by side would only cost memory.
        analyze._replace(jobs=jobs or 1),
        store,
        workers=workers,
        memory=options["memory"] or share_of_memory(workers),
        retries=options["retries"],
        existing="replace" if options["refresh"] else "keep",
        **({} if timeout is None else {"timeout": timeout}),
    )


def _shard(text: str | None) -> Shard | None:
    from package_extract.batch.shard import parse_shard, shard_of_environment

    return parse_shard(text) if text else shard_of_environment(os.environ)


def _write(report: dict[str, Any], output: str | None) -> None:
    from package_extract.document.writing import encode

    write_output(encode(report, indent=output is not None or sys.stdout.isatty()), output)


class _Stop:
    """Set by the first SIGTERM, SIGHUP or SIGINT; the batch then ends what is running and writes its summary."""

    def __init__(self) -> None:
        self.event, self.signal = Event(), 0

    def __enter__(self) -> _Stop:
        numbers = (*ending_signals(), signal.SIGINT)
        self._before = {number: signal.signal(number, self._set) for number in numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _set(self, number: int, _frame: object) -> None:
        self.signal = number
        self.event.set()
