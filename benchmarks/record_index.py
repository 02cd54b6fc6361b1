"""Records from the configured index what resolvers ask for: pages and metadata of some sets of requirements.

uv, this project and, if wished, pip resolve each set through a recording index on loopback, so that everything they
look at is in the recording afterwards. The index is the one that pip is configured to ask; links and further indexes
are left out. A recording that is there already is extended.

    python -m benchmarks.record_index DIRECTORY [--sets flask,jupyterlab] [--pip]
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from benchmarks.recording import Recording
from benchmarks.requirement_sets import SETS
from benchmarks.resolvers import HERE, ours, pip, unconfigured, uv
from package_extract.resolver.index import open_source
from package_extract.resolver.index.pip_configuration import PipConfiguration
from tests.integration.index_server import IndexServer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LONGEST = 3600
_LATENCY = 0.02
"""Seconds before each answer: who waits looks further ahead, and asks for more."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--sets", default=",".join(SETS), help="names separated by commas (default: all)")
    parser.add_argument("--pip", action="store_true", help="record what pip asks for as well; takes minutes")
    arguments = parser.parse_args()
    commands: dict[str, Callable[[str, Path, Path, None], Sequence[str]]] = {"uv": uv, "ours": ours}
    if arguments.pip:
        commands |= {"ours, for pip's target": partial(ours, target=HERE), "pip": pip}
    configured = PipConfiguration.of_this_user().index_options()
    options = replace(configured, extra_index_urls=(), find_links=(), cache_dir=str(arguments.directory / "cache"))
    with (
        open_source(options) as source,
        IndexServer(Recording(arguments.directory, source), latency=_LATENCY) as server,
    ):
        for name in arguments.sets.split(","):
            for who, command in commands.items():
                before = len(server.requests)
                ended = _run(partial(command, server.url), SETS[name])
                print(f"{name}: {who} {ended}, {len(server.requests) - before} requests", flush=True)
        print(f"{sorted(set(server.catalogue.missing)) or 'nothing'} could not be recorded")


def _run(command: Callable[[Path, Path, None], Sequence[str]], requirements: tuple[str, ...]) -> str:
    with tempfile.TemporaryDirectory() as scratch:
        written = Path(scratch, "requirements.in")
        written.write_text("\n".join(requirements) + "\n")
        line = command(written, Path(scratch, "answer"), None)
        done = subprocess.run(
            line, capture_output=True, text=True, timeout=_LONGEST, check=False, cwd=scratch, env=unconfigured()
        )
    return "resolved" if done.returncode == 0 else f"failed: {done.stderr.strip()[-300:]}"


if __name__ == "__main__":
    main()
