"""Records from the configured index what resolvers ask for: pages and metadata of some sets of requirements.

uv, this project and, if wished, pip resolve each set through a recording index on loopback, so that everything they
look at is in the recording afterwards. The index is the one that pip is configured to ask; links and further indexes
are left out.

    python -m benchmarks.record_index DIRECTORY [--sets flask,jupyterlab] [--pip]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.recording import Recording
from benchmarks.requirement_sets import PLATFORM, PYTHON, SETS, TARGET
from package_extract.resolver.index import open_source
from package_extract.resolver.index.pip_configuration import PipConfiguration
from tests.integration.index_server import IndexServer

_LONGEST = 1800


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--sets", default=",".join(SETS), help="names separated by commas (default: all)")
    parser.add_argument("--pip", action="store_true", help="record what pip asks for as well; takes minutes")
    arguments = parser.parse_args()
    configured = PipConfiguration.of_this_user().index_options()
    options = replace(configured, extra_index_urls=(), find_links=(), cache_dir=str(arguments.directory / "cache"))
    with open_source(options) as source, IndexServer(Recording(arguments.directory, source)) as server:
        for name in arguments.sets.split(","):
            for who in ("uv", "ours", *(["pip"] if arguments.pip else [])):
                before = len(server.requests)
                ended = _run(COMMANDS[who](server.url), SETS[name])
                print(f"{name}: {who} {ended}, {len(server.requests) - before} requests", flush=True)
        print(f"{server.catalogue.missing or 'nothing'} could not be recorded")


def _run(command: list[str], requirements: tuple[str, ...]) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch, "requirements.in")
        written.write_text("\n".join(requirements) + "\n")
        line = [part.replace("{requirements}", str(written)).replace("{scratch}", scratch) for part in command]
        done = subprocess.run(line, capture_output=True, text=True, timeout=_LONGEST, check=False, env=_unconfigured())
    return "resolved" if done.returncode == 0 else f"failed: {done.stderr.strip()[-300:]}"


def _uv(index: str) -> list[str]:
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    asked = ["--python-version", PYTHON, "--python-platform", PLATFORM, "--only-binary", ":all:", "-p", sys.executable]
    return [
        uv,
        "pip",
        "compile",
        "--quiet",
        "--no-config",
        "--no-cache",
        "--index-url",
        index,
        *asked,
        "{requirements}",
    ]


def _ours(index: str) -> list[str]:
    asked = ["--target", TARGET, "--no-verify", "--no-cache", "--output", "{scratch}/answer"]
    base = [sys.executable, "-m", "package_extract", "resolve", "--quiet", "--index-url", index]
    return [*base, *asked, "--requirement", "{requirements}"]


def _pip(index: str) -> list[str]:
    version = PYTHON.rpartition(".")[0]
    platforms = [f"--platform={each}_x86_64" for each in ("manylinux_2_28", "manylinux_2_17", "manylinux2014", "linux")]
    asked = ["--dry-run", "--ignore-installed", "--only-binary=:all:", f"--python-version={version}", *platforms]
    base = [sys.executable, "-m", "pip", "--isolated", "install", "--quiet", "--no-cache-dir", "--index-url", index]
    return [*base, *asked, "--target={scratch}/target", "--requirement={requirements}"]


COMMANDS = {"uv": _uv, "ours": _ours, "pip": _pip}


def _unconfigured() -> dict[str, str]:
    """The environment without what pip is configured to do."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return kept | {"PIP_CONFIG_FILE": os.devnull}


if __name__ == "__main__":
    main()
