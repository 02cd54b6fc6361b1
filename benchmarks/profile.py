"""Where the time of one `analyze` goes: one process, one job, no cache, under cProfile.

First the same run without the profiler, which is the time to believe; then the share of each module and of the most
expensive functions, scaled to microseconds per tar entry.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import sysconfig
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from package_extract import AnalyzeOptions, pipeline

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = tuple[str, float, int]
"""A name, the CPU seconds spent in it itself, how often it was called."""

_ROOT = str(Path(__file__).resolve().parent.parent) + os.sep
_LIBRARIES = (sysconfig.get_path("purelib") + os.sep, sysconfig.get_path("stdlib") + os.sep)


def _functions(profile: cProfile.Profile) -> list[Row]:
    statistics = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return [
        (f"{_module(file)}:{line} {name}" if line else name, own, calls)
        for (file, line, name), (_, calls, own, _, _) in statistics.items()
    ]


def _modules(functions: Iterable[Row]) -> list[Row]:
    totals: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    for name, own, calls in functions:
        module = name.partition(":")[0] if ".py:" in name else "built in"
        seconds, count = totals[module]
        totals[module] = seconds + own, count + calls
    return [(module, seconds, count) for module, (seconds, count) in totals.items()]


def _module(file: str) -> str:
    for prefix in (_ROOT, *_LIBRARIES):
        file = file.removeprefix(prefix)
    return file


def _print(title: str, rows: list[Row], entries: int, lines: int) -> None:
    print(f"\n{title:<70}{'seconds':>9}{'us/entry':>10}{'calls':>10}")
    for name, seconds, calls in sorted(rows, key=lambda row: -row[1])[:lines]:
        print(f"{name[-69:]:<70}{seconds:>9.3f}{seconds / entries * 1e6:>10.3f}{calls:>10}")


def main() -> None:
    """Analyze an image twice and print the breakdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", help="for example oci:benchmarks/images/many/oci")
    parser.add_argument("--lines", type=int, default=25, help="functions to list (%(default)s)")
    parser.add_argument("--verify", default="digest", help="as of `package-extract analyze` (%(default)s)")
    options = parser.parse_args()

    how = AnalyzeOptions(jobs=1, cache_dir=None, verify=options.verify)
    start = time.process_time()
    document = pipeline.run(options.image, how)
    seconds = time.process_time() - start
    entries = sum(layer["entries"] or 0 for layer in document["image"]["layers"]) or 1
    print(f"{entries} entries, {seconds:.3f} CPU s without the profiler, {seconds / entries * 1e6:.3f} us per entry")

    profile = cProfile.Profile(time.process_time)
    profile.runcall(pipeline.run, options.image, how)
    functions = _functions(profile)
    _print("module (own time, under the profiler)", _modules(functions), entries, options.lines)
    _print("function (own time, under the profiler)", functions, entries, options.lines)


if __name__ == "__main__":
    main()
