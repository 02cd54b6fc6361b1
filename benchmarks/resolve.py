"""How fast `package-extract resolve` is beside uv and pip, and whether it chooses the same versions as uv.

A recorded index (`python -m benchmarks.record_index DIRECTORY`) is served on loopback; all tools ask it in turn.

    python -m benchmarks.resolve DIRECTORY [--latency 0.02] [--repeat 5] [--sets flask,jupyterlab] [--pip]

*cold*: a process with an empty cache. *warm*: a process with a full one. *solve*: the second resolution of one process
that keeps its source open, without starting, importing and checking native code; it is compared with uv's warm process.
Printed are medians in milliseconds and, for ratios, the median of the rounds' own ratios.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.recording import Recording
from benchmarks.requirement_sets import PLATFORM, PYTHON, SETS, TARGET
from package_extract import resolve
from package_extract.resolver.index import IndexOptions, open_source
from package_extract.resolver.policy import Policy
from tests.integration.index_server import IndexServer

_WITHOUT_CHECKS = Policy(verify_budget=0)
Times = dict[str, float]


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
    with IndexServer(recording, latency=arguments.latency) as server, tempfile.TemporaryDirectory() as scratch:
        for name in arguments.sets.split(","):
            _measure_set(name, server.url, Path(scratch, name), arguments.repeat, with_pip=arguments.pip)
    if recording.missing:
        print(f"not in the recording: {', '.join(sorted(set(recording.missing))[:10])}")


def _measure_set(name: str, index: str, scratch: Path, repeat: int, *, with_pip: bool) -> None:
    scratch.mkdir()
    written = scratch / "requirements.in"
    written.write_text("\n".join(SETS[name]) + "\n")
    ours, theirs = _our_pins(name, index, scratch), _uv_pins(index, written, scratch)
    rounds = [_round(name, index, written, scratch / str(number), with_pip=with_pip) for number in range(repeat)]
    print(f"{name}: {len(ours)} packages, {'the same pins as uv' if ours == theirs else _difference(ours, theirs)}")
    for what in rounds[0]:
        print(f"  {what:12} {median(each[what] for each in rounds) * 1000:8.0f} ms")
    for what, ours_name, other in (
        ("cold", "ours cold", "uv cold"),
        ("warm", "ours warm", "uv warm"),
        ("solve / uv warm", "ours solve", "uv warm"),
        *((("cold / pip cold", "ours cold", "pip cold"),) if with_pip else ()),
    ):
        print(f"  {what:16} {median(each[ours_name] / each[other] for each in rounds):.2f}x", flush=True)


def _round(name: str, index: str, written: Path, scratch: Path, *, with_pip: bool) -> Times:
    scratch.mkdir()
    ours = [*_ours(), *SETS[name], "--index-url", index, "--cache-dir", str(scratch / "ours")]
    uv = [*_uv(index, written), "--cache-dir", str(scratch / "uv")]
    times = {
        "ours cold": _timed(ours),
        "uv cold": _timed(uv),
        "ours warm": _timed(ours),
        "uv warm": _timed(uv),
        "ours solve": _solve_time(name, index, scratch / "ours" / "index"),
    }
    if with_pip:
        times["pip cold"] = _timed(_pip(index, written, scratch / "pip"))
    shutil.rmtree(scratch)
    return times


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    spent = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stderr.strip()[-500:]}")
    return spent


def _environment() -> dict[str, str]:
    """Without what configures pip and uv on this machine."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}


def _solve_time(name: str, index: str, cache: Path) -> float:
    with open_source(IndexOptions(index_url=index, cache_dir=str(cache))) as source:
        resolve(SETS[name], TARGET, source=source, policy=_WITHOUT_CHECKS)
        start = time.perf_counter()
        resolve(SETS[name], TARGET, source=source, policy=_WITHOUT_CHECKS)
        return time.perf_counter() - start


def _our_pins(name: str, index: str, scratch: Path) -> dict[str, str]:
    with open_source(IndexOptions(index_url=index, cache_dir=str(scratch / "pins"))) as source:
        return resolve(SETS[name], TARGET, source=source, policy=_WITHOUT_CHECKS).pins


def _uv_pins(index: str, written: Path, scratch: Path) -> dict[str, str]:
    output = scratch / "uv.txt"
    command = [*_uv(index, written), "--no-annotate", "--no-header", "--no-cache", "-o", str(output)]
    _timed(command)
    pins = (line.partition(";")[0].strip().partition("==") for line in output.read_text().splitlines())
    return {name.partition("[")[0]: version for name, _, version in pins}


def _difference(ours: dict[str, str], theirs: dict[str, str]) -> str:
    names = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    shown = [f"{name} {ours.get(name, '-')} (uv: {theirs.get(name, '-')})" for name in names]
    return f"{len(names)} pins differ from uv's: {', '.join(shown[:8])}"


def _ours() -> list[str]:
    return [sys.executable, "-m", "package_extract", "resolve", "--target", TARGET, "--no-verify", "--quiet"]


def _uv(index: str, written: Path) -> list[str]:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    asked = ["--python-version", PYTHON, "--python-platform", PLATFORM, "--only-binary", ":all:", "-p", sys.executable]
    return [uv, "pip", "compile", "--quiet", "--no-config", "--index-url", index, *asked, str(written)]


def _pip(index: str, written: Path, scratch: Path) -> list[str]:
    version = PYTHON.rpartition(".")[0]
    platforms = [f"--platform={each}_x86_64" for each in ("manylinux_2_28", "manylinux_2_17", "manylinux2014", "linux")]
    asked = ["--dry-run", "--ignore-installed", "--only-binary=:all:", f"--python-version={version}", *platforms]
    base = [sys.executable, "-m", "pip", "--isolated", "install", "--quiet", "--no-cache-dir", "--index-url", index]
    return [*base, *asked, f"--target={scratch}", f"--requirement={written}"]


if __name__ == "__main__":
    main()
