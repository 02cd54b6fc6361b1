"""Rules from wherever the user points: an index, a directory, a file; and those that come with the package.

What is written in YAML is compiled once and kept under the fingerprint of its files; a change of the files makes
another one.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from package_extract.resolver.rules.errors import InvalidIndex, NoSuchRules, RulesError
from package_extract.resolver.rules.files import rule_files
from package_extract.resolver.rules.index import FORMAT, RuleIndex, index_in_memory
from package_extract.resolver.rules.staleness import is_stale

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BUILT_IN", "open_rules"]

BUILT_IN = Path(__file__).parent / "data"
"""The rules that come with the package."""
MANY = 2_000
"""Files that take a moment to compile."""
_SQLITE = b"SQLite format 3\0"


def open_rules(
    path: Path,
    *,
    cache_dir: Path | None = None,
    jobs: int = 1,
    before_long: Callable[[Path, int], None] | None = None,
) -> RuleIndex:
    """The rules at a path. `cache_dir`: where to keep what is compiled; None keeps nothing.

    `before_long` is called with the path and the number of files before thousands are compiled. Raises `NoSuchRules` if
    there is nothing, `InvalidIndex` for an index that cannot be used.
    """
    if _is_index(path):
        return RuleIndex.open(path)
    if cache_dir is not None:
        with suppress(RulesError, OSError, sqlite3.Error):
            return _kept(path, cache_dir, jobs, before_long)
    from package_extract.resolver.rules.loading import load

    loaded = load([path])
    return index_in_memory(loaded.units, loaded.problems)


def _is_index(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(_SQLITE)) == _SQLITE
    except IsADirectoryError:
        return False
    except OSError as error:
        raise NoSuchRules(f"{path} cannot be read: {error.strerror or error}") from None


def _kept(path: Path, cache_dir: Path, jobs: int, before_long: Callable[[Path, int], None] | None) -> RuleIndex:
    if not path.exists():
        raise NoSuchRules(f"{path} cannot be read: there is nothing")
    place = sha256(f"{FORMAT}\0{path.absolute()}".encode(errors="surrogateescape")).hexdigest()[:32]
    kept = cache_dir / f"{place}.sqlite"
    with suppress(InvalidIndex):
        index = RuleIndex.open(kept)
        if not is_stale(index):
            return index
        index.close()
    from package_extract.resolver.rules.compiling import compile_rules  # with the reader of YAML

    if before_long and (files := len(rule_files(path))) > MANY:
        before_long(path, files)
    cache_dir.mkdir(parents=True, exist_ok=True)
    compile_rules(path, kept, jobs=jobs)
    return RuleIndex.open(kept)
