"""How long the report, the diff and a look into a document take.

    python -m benchmarks.report [--packages 5000] [--rounds 5]

The documents are generated; the second of the two differs in a tenth of its packages. Prints the least of some rounds
in seconds, in this process and as a command with the start of Python.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.documents import changed, generated_document

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]


def _least(rounds: int, work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _command(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "package_extract", *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Generate two documents, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    from package_extract.comparison import compare
    from package_extract.document.reading import load_valid
    from package_extract.document.writing import encode
    from package_extract.export.html import report

    document = generated_document(options.packages)
    other = changed(document)
    with tempfile.TemporaryDirectory() as scratch:
        before, after = Path(scratch, "before.json"), Path(scratch, "after.json")
        before.write_bytes(encode(document))
        after.write_bytes(encode(other))
        page = str(Path(scratch, "report.html"))
        measured = {
            "read and check one document": lambda: load_valid(before),
            "report, in this process": lambda: report([document]),
            "report, the command": lambda: _command("report", str(before), "-o", page),
            "compare, in this process": lambda: compare(document, other),
            "diff, the command": lambda: _command("diff", str(before), str(after)),
            "show --filter, the command": lambda: _command("show", str(before), "packages", "--filter", "*part1*"),
        }
        print(f"{options.packages} packages, document {before.stat().st_size:,} bytes")
        for name, work in measured.items():
            print(f"{name:30} {_least(options.rounds, work):.3f} s")


if __name__ == "__main__":
    main()
