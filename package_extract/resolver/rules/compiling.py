"""A directory of prescriptions made into an index, in several processes where it is large."""

from __future__ import annotations

import gc
import os
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, NamedTuple

from package_extract.resolver.rules.errors import NoSuchRules, RulesError
from package_extract.resolver.rules.files import fingerprint, modified_directories, rule_files
from package_extract.resolver.rules.index import IndexWriter, RuleIndex, encode_unit
from package_extract.resolver.rules.loading import collection_name, load_file
from package_extract.resolver.rules.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from package_extract.resolver.rules.files import RuleFile
    from package_extract.resolver.rules.index import IndexedUnit

__all__ = ["Compiled", "compile_rules"]

_TOGETHER = 400
"""Files that a process reads before it hands over what it found."""
_ALONE = 2_000
"""Files that are not worth a second process."""

_Part = tuple[list["IndexedUnit"], list[Problem]]


class Compiled(NamedTuple):
    """What went into an index."""

    files: int
    units: int
    problems: list[Problem]


def compile_rules(source: Path, target: Path, *, jobs: int = 1) -> Compiled:
    """Write the index of a directory (or a file); `target` is replaced when all of it is written.

    Raises `NoSuchRules` if there is nothing at `source`, `RulesError` if the index cannot be written.
    """
    files = _files(source)
    name = collection_name(files)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.unlink(missing_ok=True)
        with closing(sqlite3.connect(temporary)) as connection:
            writer = IndexWriter(connection)
            for units, some in _parts(files, name, jobs):
                writer.add(units, some)
            about = {"source": str(source.absolute()), "fingerprint": fingerprint(files), "collection": name}
            writer.finish({**about, "files": str(len(files))}, modified_directories(source, files))
        temporary.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise RulesError(f"{target} cannot be written: {getattr(error, 'strerror', None) or error}") from None
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    with closing(RuleIndex.open(target)) as index:
        return Compiled(len(files), len(index), index.problems())


def _files(source: Path) -> list[RuleFile]:
    try:
        return rule_files(source)
    except OSError as error:
        raise NoSuchRules(f"{source} cannot be read: {error.strerror or error}") from None


def _parts(files: list[RuleFile], collection: str, jobs: int) -> Iterator[_Part]:
    shares = [(files[start : start + _TOGETHER], collection) for start in range(0, len(files), _TOGETHER)]
    if jobs < 2 or len(files) < _ALONE:
        yield from map(_part, shares)
        return
    from multiprocessing import get_context

    # What is read holds no cycles, and looking for them would take a third of the time.
    with get_context("spawn").Pool(jobs, initializer=gc.disable) as pool:
        yield from pool.imap(_part, shares)


def _part(share: tuple[list[RuleFile], str]) -> _Part:
    units: list[IndexedUnit] = []
    problems: list[Problem] = []
    files, collection = share
    for file in files:
        found = load_file(file, collection)
        problems += found.problems
        for unit in found.units:
            try:
                units.append(encode_unit(unit))
            except ValueError as error:
                problems.append(Problem(unit.file, unit.line, unit.name, "", str(error), "invalid", "error"))
    return units, problems
