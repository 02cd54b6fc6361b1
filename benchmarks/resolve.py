"""How fast `package-extract resolve` is beside uv and pip, and whether it chooses the same versions.

A recorded index (`python -m benchmarks.record_index DIRECTORY`) is served on loopback; all tools ask it in turn.

    python -m benchmarks.resolve DIRECTORY [--latency 0.02] [--repeat 5] [--sets flask,jupyterlab] [--pip]

*cold*: a process with an empty cache. *warm*: a process with a full one. *first solve*: within a process, from a source
that was just opened over a full cache, without starting, importing and checking native code. *solve*: again with the
same source, as a service or a comparison of images does; it is compared with uv's warm process. pip can resolve for the
interpreter that runs it only, so beside pip this project does the same.

Printed are the least and the median time in milliseconds and, for ratios, that of the least times and the median of the
rounds' own ratios. A ratio or time that has a bar stands beside it, and what is above it is said at the end.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.recording import Recording
from benchmarks.requirement_sets import SETS
from benchmarks.resolvers import HERE, TARGET, ours, pip, unconfigured, uv
from package_extract import resolve
from package_extract.resolver.index import IndexOptions, open_source
from package_extract.resolver.policy import Policy
from tests.integration.index_server import IndexServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WITHOUT_CHECKS = Policy(verify_budget=0)
_SOLVES = 3
_SMALL, _FROM, _LARGE = 100, 60, 285
"""Packages up to which a warm solve, from which a cold process, and of how many a warm solve has its bar."""

_REMOTE = 0.02
"""Seconds of latency from which an index is not beside us."""

Times = dict[str, float]


class _Bar(NamedTuple):
    """What must not be more than `most`: a ratio, or seconds if there is nothing to compare with."""

    what: str
    ours: str
    other: str
    most: float | None


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer of the index")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--sets", default=",".join(SETS), help="names separated by commas (default: all)")
    parser.add_argument("--pip", action="store_true", help="measure pip as well, which takes minutes")
    arguments = parser.parse_args()
    recording = Recording(arguments.directory)
    above: list[str] = []
    with IndexServer(recording, latency=arguments.latency) as server, tempfile.TemporaryDirectory() as scratch:
        print(f"{arguments.latency * 1000:.0f} ms before each answer, {arguments.repeat} rounds: least and median")
        for name in arguments.sets.split(","):
            chosen = _Set(name, server.url, Path(scratch, name))
            above += _measure_set(chosen, arguments.repeat, arguments.pip, arguments.latency)
    if recording.missing:
        print(f"not in the recording: {', '.join(sorted(set(recording.missing))[:10])}")
    print("\n".join(["above their bar:", *above]) if above else "nothing is above its bar")


class _Set:
    """One set of requirements, and how it is resolved."""

    def __init__(self, name: str, index: str, scratch: Path) -> None:
        scratch.mkdir()
        self.name, self.index, self.scratch = name, index, scratch
        self.written = scratch / "requirements.in"
        self.written.write_text("\n".join(SETS[name]) + "\n")

    def seconds(self, command: Callable[..., Sequence[str]], cache: Path) -> float:
        """Wall time of a process. There is no earlier answer, whose versions uv would try first."""
        (self.scratch / "answer").unlink(missing_ok=True)
        line = command(self.index, self.written, self.scratch / "answer", cache)
        start = time.perf_counter()
        done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=self.scratch, env=unconfigured())
        spent = time.perf_counter() - start
        if done.returncode:
            sys.exit(f"{line[0]} failed: {done.stderr.strip()[-500:]}")
        return spent

    def solve_seconds(self, cache: Path, target: str = TARGET) -> tuple[float, float]:
        """Of the first solve in this process with a source that was just opened, and the least of some more."""
        with open_source(IndexOptions(index_url=self.index, cache_dir=str(cache / "index"))) as source:
            spent = []
            for _ in range(1 + _SOLVES):
                start = time.perf_counter()
                resolve(SETS[self.name], target, source=source, policy=_WITHOUT_CHECKS, rules=None)
                spent.append(time.perf_counter() - start)
        return spent[0], min(spent[1:])

    def our_pins(self, target: str) -> dict[str, str]:
        with open_source(IndexOptions(index_url=self.index)) as source:
            return resolve(SETS[self.name], target, source=source, policy=_WITHOUT_CHECKS, rules=None).pins

    def uv_pins(self) -> dict[str, str]:
        self.seconds(uv, self.scratch / "uv-pins")
        lines = (self.scratch / "answer").read_text().splitlines()
        pins = (line.partition(";")[0].strip().partition("==") for line in lines)
        return {name.partition("[")[0]: version for name, _, version in pins}

    def pip_pins(self) -> dict[str, str]:
        self.seconds(pip, self.scratch / "pip-pins")
        installed = json.loads((self.scratch / "answer").read_text())["install"]
        return {_normalized(each["metadata"]["name"]): each["metadata"]["version"] for each in installed}


def _measure_set(chosen: _Set, repeat: int, with_pip: bool, latency: float) -> list[str]:
    """Print what a set costs; what is above its bar is returned."""
    pins, theirs = chosen.our_pins(TARGET), chosen.uv_pins()
    print(f"{chosen.name}: {len(pins)} packages, {_comparison(pins, theirs, 'uv')}", flush=True)
    above = [] if pins == theirs else [f"{chosen.name}: pins that differ from uv's"]
    if with_pip:
        here, pips = chosen.our_pins(HERE), chosen.pip_pins()
        print(f"  for this interpreter {len(here)} packages, {_comparison(here, pips, 'pip')}", flush=True)
    rounds = [_round(chosen, number, with_pip) for number in range(repeat)]
    for what in rounds[0]:
        times = [each[what] * 1000 for each in rounds]
        print(f"  {what:24} {min(times):8.0f} {median(times):8.0f} ms")
    for bar in _bars(len(pins), with_pip, latency):
        above += [f"{chosen.name}: {bar.what}"] if _print_bar(bar, rounds) else []
    return above


def _round(chosen: _Set, number: int, with_pip: bool) -> Times:
    caches = chosen.scratch / str(number)
    times = {}
    for who, command in _contenders(with_pip):
        times[f"{who} cold"] = chosen.seconds(command, caches / who)
    for who, command in _contenders(with_pip):
        times[f"{who} warm"] = chosen.seconds(command, caches / who)
    times["ours first solve"], times["ours solve"] = chosen.solve_seconds(caches / "ours")
    if with_pip:
        _, times["ours solve as pip"] = chosen.solve_seconds(caches / "ours as pip", HERE)
    shutil.rmtree(caches)
    return times


def _contenders(with_pip: bool) -> Iterator[tuple[str, Callable[..., Sequence[str]]]]:
    yield "ours", ours
    yield "uv", uv
    if with_pip:
        yield "ours as pip", partial(ours, target=HERE)
        yield "pip", pip


def _bars(packages: int, with_pip: bool, latency: float) -> Iterator[_Bar]:
    yield _Bar("cold / uv cold", "ours cold", "uv cold", 1.0 if packages >= _FROM and latency >= _REMOTE else None)
    yield _Bar("warm / uv warm", "ours warm", "uv warm", None)
    yield _Bar("solve / uv warm", "ours solve", "uv warm", 0.5 if packages <= _SMALL else None)
    if packages >= _LARGE:
        yield _Bar("solve", "ours solve", "", 0.15)
    if with_pip:
        yield _Bar("cold / pip cold", "ours as pip cold", "pip cold", 0.1)
        yield _Bar("warm / pip warm", "ours as pip warm", "pip warm", 0.1)
        yield _Bar("solve / pip warm", "ours solve as pip", "pip warm", 0.1)


def _print_bar(bar: _Bar, rounds: list[Times]) -> bool:
    """Print it; whether it is missed by the least times."""
    ours_times = [each[bar.ours] for each in rounds]
    others = [each[bar.other] for each in rounds] if bar.other else [1.0] * len(rounds)
    least = min(ours_times) / min(others)
    middle = median(mine / other for mine, other in zip(ours_times, others, strict=True))
    said = "" if bar.most is None else f"  (at most {bar.most:g}: {'met' if least <= bar.most else 'NOT MET'})"
    print(f"  {bar.what:24} {least:8.3f} {middle:8.3f} {'x' if bar.other else 's'}{said}", flush=True)
    return bar.most is not None and least > bar.most


def _comparison(pins: dict[str, str], theirs: dict[str, str], who: str) -> str:
    names = sorted(name for name in {*pins, *theirs} if pins.get(name) != theirs.get(name))
    if not names:
        return f"the same pins as {who}"
    shown = [f"{name} {pins.get(name, '-')} ({who}: {theirs.get(name, '-')})" for name in names]
    return f"{len(names)} pins differ from {who}'s: {', '.join(shown[:8])}"


def _normalized(name: str) -> str:
    from package_extract.formats.python_names import normalize_name

    return normalize_name(name)


if __name__ == "__main__":
    main()
