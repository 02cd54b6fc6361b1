"""Runs in an image, by its own Python and pip (of Python 3.9 on): whether packages work with what an answer names.

`install-N.json` is a list of lists of arguments for `pip install`, `check-N.json` a list of [package, directories that
it may see, versions of distributions in them, modules]. The first thing that does not work ends the program.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pip._internal.cli.main import main as pip
from pip._vendor import pkg_resources


def install(*arguments: str) -> None:
    """`pip install`, in this process: to start one for each wheel would take longer than all else."""
    if pip(["install", *arguments]):
        sys.exit(f"pip install {' '.join(arguments)} fails")


def check(package: str, directories: list[str], versions: dict[str, str], modules: list[str]) -> None:
    """Everything is there in its version, pip finds nothing wrong, and all modules can be imported."""
    for directory in directories:
        sys.path.insert(0, directory)
        pkg_resources.working_set.add_entry(directory)  # the pip of Python 3.9 asks it
    found = {name: version(name) for name in versions}
    if found != versions:
        sys.exit(f"{package}: there is {found}, not {versions}")
    if pip(["check", "--disable-pip-version-check"]):
        sys.exit(f"{package}: pip check finds fault")
    for module in modules:
        import_module(module)


def check_in_a_process(package: str, *what: Any) -> None:
    """As `check`, and nothing stays imported."""
    child = os.fork()
    if child == 0:
        try:
            check(package, *what)
        except BaseException:  # noqa: BLE001 whatever it is, the child must not go on as if it were the parent
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{package} does not work")


if __name__ == "__main__":
    jobs = Path(sys.argv[1])
    act = install if jobs.name.startswith("install") else check_in_a_process
    for job in json.loads(jobs.read_text()):
        act(*job)
