"""The files of a collection of prescriptions: one file, or a directory and all below it."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["METADATA_FILE", "RuleFile", "fingerprint", "modified_directories", "rule_files"]

METADATA_FILE = "_prescription_metadata.yaml"
_SUFFIXES = (".yaml", ".yml")
DEEPEST = 40
MOST_FILES = 1_000_000


class RuleFile(NamedTuple):
    """A file that may hold units."""

    name: str
    """Relative to the directory, with "/"."""
    path: str
    size: int
    modified: int
    """Nanoseconds since 1970."""


def rule_files(root: Path) -> list[RuleFile]:
    """All files of YAML at a path, sorted by name; hidden ones, and links to directories, are passed over.

    Raises `OSError` if there is nothing at the path.
    """
    if not root.is_dir():
        status = root.stat()
        return [RuleFile(root.name, str(root), status.st_size, status.st_mtime_ns)]
    return sorted(_below(os.fspath(root), "", 0))


def fingerprint(files: list[RuleFile]) -> str:
    """Changes when a file comes, goes, grows or is written again."""
    lines = "".join(f"{file.name}\0{file.size}\0{file.modified}\n" for file in files)
    return sha256(lines.encode(errors="surrogateescape")).hexdigest()


def modified_directories(root: Path, files: list[RuleFile]) -> dict[str, int]:
    """When each directory with rules was changed last, in nanoseconds since 1970, by its name relative to the root.

    A directory changes when a file in it comes, goes or is replaced, which is how editors and git write.
    """
    if not root.is_dir():
        return {}
    names = {""}
    for file in files:
        name = file.name.rpartition("/")[0]
        while name not in names:
            names.add(name)
            name = name.rpartition("/")[0]
    return {name: os.stat(os.path.join(root, name)).st_mtime_ns for name in sorted(names)}  # noqa: PTH116, PTH118


def _below(directory: str, prefix: str, depth: int) -> Iterator[RuleFile]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if depth < DEEPEST:
                    yield from _below(entry.path, f"{prefix}{entry.name}/", depth + 1)
            elif entry.name.endswith(_SUFFIXES) and entry.is_file():
                status = entry.stat()
                yield RuleFile(prefix + entry.name, entry.path, status.st_size, status.st_mtime_ns)
