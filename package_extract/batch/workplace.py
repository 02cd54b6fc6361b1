"""The temporary directory of a batch, and what processes that were killed leave behind.

A batch holds a lock on its directory. Directories of this user whose lock is free belong to batches that were killed;
the next batch removes them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from package_extract.errors import PackageExtractError

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Workplace", "end_processes_of"]

PREFIX = "package-extract-batch-"
LOCK = "lock"
IMAGE_PROCESS = b"package_extract.batch.image_process"
LONGEST_COMMAND = 1 << 16
LONGEST_WAIT, POLL_SECONDS = 5.0, 0.02


class Workplace:
    """A directory with one below it for each image; gone when the batch ends."""

    def __init__(self, parent: str) -> None:
        _sweep(Path(parent))
        try:
            made = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=parent))
            self._lock = os.open(made / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self.path = made.rename(made.with_name(made.name[1:]))  # not seen by others before it is locked
        except OSError as error:
            raise PackageExtractError(f"cannot write temporary files in {parent}: {error.strerror}") from error
        self._number = 0

    def room(self) -> Path:
        """A new directory for one attempt at one image."""
        self._number += 1
        path = self.path / str(self._number)
        try:
            path.mkdir(mode=0o700)
        except OSError as error:
            raise PackageExtractError(f"cannot write temporary files in {self.path}: {error.strerror}") from error
        return path

    def __enter__(self) -> Workplace:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._lock)


def _sweep(parent: Path) -> None:
    """Remove the directories that killed batches left."""
    for path in parent.glob(f"{PREFIX}*"):
        try:
            if path.is_symlink() or path.stat().st_uid != os.geteuid():
                continue
            lock = os.open(path / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:  # not ours, or going away
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            end_processes_of(path)
            _remove(path)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)


def _remove(path: Path) -> None:
    """Remove the directory, the lock last: what cannot be removed now is found again."""
    for room in path.iterdir():
        if room.name != LOCK:
            shutil.rmtree(room, ignore_errors=True)
    with contextlib.suppress(OSError):
        if [entry.name for entry in path.iterdir()] == [LOCK]:
            shutil.rmtree(path, ignore_errors=True)


def end_processes_of(directory: Path) -> None:
    """Kill what a batch or the process of an image has left in a directory, and wait until it is gone."""
    deadline = time.monotonic() + LONGEST_WAIT
    while (processes := _processes_of(directory)) and time.monotonic() < deadline:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        time.sleep(POLL_SECONDS)


def _processes_of(directory: Path) -> list[int]:
    """Processes of images, and skopeo, that work in a directory, as their command line says."""
    mark, found = f"{directory}/".encode(), []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            with (entry / "cmdline").open("rb") as file:
                words = file.read(LONGEST_COMMAND).split(b"\0")
            ours = words[0].endswith(b"/skopeo") or IMAGE_PROCESS in words
            if ours and any(mark in word for word in words) and entry.stat().st_uid == os.geteuid():
                found.append(int(entry.name))
    return found
