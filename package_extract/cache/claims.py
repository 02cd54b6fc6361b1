"""Who reads a layer that several processes of this machine want at the same time.

All of them lock bytes of one empty file (POSIX record locks, fcntl(2)): the digest says which byte. The kernel takes a
lock away when its process ends, however it ends, and a forked worker does not inherit it. Where locks cannot be had,
everybody gets every claim, and a layer may be read twice.
"""

from __future__ import annotations

import hashlib
import os

__all__ = ["ProcessClaims"]

OFFSET_BYTES = 7
"""Of the digest; a lock's offset has 63 bits."""


class ProcessClaims:
    """`Claims` among the processes of this machine."""

    def __init__(self, path: str) -> None:
        self._file: int | None
        try:
            os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError:
            self._file = None

    def take(self, digest: str, *, wait: bool = False) -> bool:
        """As `Claims.take`."""
        import fcntl

        if self._file is None:
            return True
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB), 1, _offset(digest))
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True
        return True

    def release(self, digest: str) -> None:
        """As `Claims.release`."""
        import fcntl

        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _offset(digest))

    def close(self) -> None:
        """As `Claims.close`."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _offset(digest: str) -> int:
    return int.from_bytes(hashlib.sha256(digest.encode()).digest()[:OFFSET_BYTES], "big")
