"""Whether an index still tells what the files say that it was made of."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

from package_extract.resolver.rules.errors import InvalidIndex
from package_extract.resolver.rules.files import fingerprint, rule_files
from package_extract.resolver.rules.index import RuleIndex

__all__ = ["is_current", "is_stale"]

MOST_FILES = 2_000
"""Of a larger collection only the directories are looked at on each use: that takes milliseconds, not a second."""


def is_stale(index: RuleIndex, *, thorough: bool = False) -> bool:
    """Whether the files that an index was made of have changed since. One whose files are gone stands for itself.

    Unless it is `thorough`, a file of a large collection that was overwritten in place goes unnoticed.
    """
    source = Path(index.about.get("source", ""))
    if not source.exists():
        return False
    try:
        if not thorough and int(index.about.get("files", "0")) > MOST_FILES:
            return _has_other_times(source, index.directories())
        return index.about.get("fingerprint") != fingerprint(rule_files(source))
    except (OSError, ValueError):
        return True


def _has_other_times(source: Path, directories: dict[str, int]) -> bool:
    """Whether a directory was changed; asked relative to the first one, which is a third faster for thousands."""
    root = os.open(source, os.O_RDONLY)
    try:
        return any(os.stat(name or ".", dir_fd=root).st_mtime_ns != time for name, time in directories.items())
    finally:
        os.close(root)


def is_current(target: Path, source: Path) -> bool:
    """Whether there is an index at `target` that was made of `source` as it is now, to the last file."""
    try:
        with closing(RuleIndex.open(target)) as index:
            return index.about.get("source") == str(source.absolute()) and not is_stale(index, thorough=True)
    except InvalidIndex:
        return False
