"""A private directory for one transfer, gone when it is closed, on errors and when the interpreter ends."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from package_extract.errors import PackageExtractError
from package_extract.image.spool import scratch_directory

if TYPE_CHECKING:
    from package_extract.image.options import OpenOptions

__all__ = ["Scratch"]


class Scratch:
    """Only the process that made the directory removes it: a forked worker that ends leaves it alone."""

    def __init__(self, options: OpenOptions) -> None:
        parent = scratch_directory(options)
        try:
            self.path = tempfile.mkdtemp(prefix="package-extract-", dir=parent)
        except OSError as error:
            raise PackageExtractError(f"cannot write temporary files in {parent}: {error.strerror}") from error
        self._owner = os.getpid()
        atexit.register(self.close)

    def join(self, *names: str) -> str:
        """A path inside."""
        return os.path.join(self.path, *names)

    def write_private(self, name: str, content: bytes) -> str:
        """Write a file that only this user may read, whole or not at all; return its path."""
        path = self.join(name)
        descriptor = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(content)
        os.replace(f"{path}.new", path)
        return path

    def close(self) -> None:
        """Remove the directory and all that is in it."""
        atexit.unregister(self.close)
        if os.getpid() == self._owner:
            shutil.rmtree(self.path, ignore_errors=True)
