"""A store in a directory: a file for each key.

New files are written in `.incoming` beside them and then linked or renamed to their place, on the same file system, so
that nobody ever sees half of one. What a killed writer leaves there is no part of the store and is swept after a while.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from package_extract.errors import StoreFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Directory"]

INCOMING = ".incoming"
SWEPT_AFTER = 3600.0
"""Seconds after which an incoming file is one that a killed process left."""


class Directory:
    """`Store` in a directory, made when the first key is written. Any number of processes may use it at once."""

    def __init__(self, path: str) -> None:
        self.root = Path(path)
        self._swept = False

    def create(self, key: str, data: bytes) -> bool:
        """As `Store.create`: by link(2), which fails where the name is taken."""
        with self._told("written"), self._incoming(data) as temporary:
            target = self._target(key)
            try:
                target.hardlink_to(temporary)
            except FileExistsError:
                return False
            _flush(target.parent)
            return True

    def replace(self, key: str, data: bytes) -> None:
        """As `Store.replace`: by rename(2)."""
        with self._told("written"), self._incoming(data) as temporary:
            target = self._target(key)
            temporary.replace(target)
            _flush(target.parent)

    def get(self, key: str) -> bytes | None:
        """As `Store.get`."""
        with self._told("read"):
            try:
                return self._path(key).read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None

    def keys(self, prefix: str) -> Iterator[str]:
        """As `Store.keys`."""
        with self._told("read"):
            for directory, folders, files in os.walk(self._path(prefix), onerror=_raise):
                folders[:] = [name for name in folders if name != INCOMING]
                for name in files:
                    yield (Path(directory) / name).relative_to(self.root).as_posix()

    def _path(self, key: str) -> Path:
        names = key.rstrip("/").split("/")
        if any(name in {"", ".", "..", INCOMING} for name in names):
            raise StoreFailed(f"{key!r} is no key of a store")
        return self.root.joinpath(*names)

    def _target(self, key: str) -> Path:
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    @contextlib.contextmanager
    def _incoming(self, data: bytes) -> Iterator[Path]:
        incoming = self.root / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        self._sweep(incoming)
        temporary = incoming / f"{os.getpid()}.{os.urandom(8).hex()}"
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield temporary
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()

    def _sweep(self, incoming: Path) -> None:
        if self._swept:
            return
        self._swept = True
        oldest = time.time() - SWEPT_AFTER
        for path in incoming.iterdir():
            with contextlib.suppress(FileNotFoundError, PermissionError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    @contextlib.contextmanager
    def _told(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreFailed(f"the store {self.root} could not be {verb}: {error.strerror or error}") from error


def _flush(directory: Path) -> None:
    """Let a new name outlive a power failure."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
