"""An image that is being fetched: its layers can be read one by one, as each lands.

Whether a blob has landed, and why it never will, is told by files, so that forked workers see it as well.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import time
from threading import Event, Thread
from typing import TYPE_CHECKING

from package_extract import errors
from package_extract.errors import CorruptImage, PackageExtractError, TransferFailed
from package_extract.image.byte_range import ByteRange
from package_extract.image.digest import split_digest
from package_extract.image.json_documents import text, texts
from package_extract.image.model import Layer
from package_extract.image.oci_layout import blob_path
from package_extract.image.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from package_extract.image.manifest import Descriptor
    from package_extract.image.model import RawStream
    from package_extract.image.options import OpenOptions

    Copy = Callable[[str, Callable[[], int]], None]

__all__ = ["Landing"]

_FAILURE = "failure.json"
_LAYOUT = "layout"
_SHORTEST_WAIT, _LONGEST_WAIT = 0.005, 0.1


class Landing:
    """Runs the transfer in a thread and hands out the layers. Close it whatever happens."""

    def __init__(self, options: OpenOptions) -> None:
        self.scratch, self.cancelled = Scratch(options), Event()
        self.layout = self.scratch.join(_LAYOUT)
        self._options, self._owner = options, os.getpid()
        atexit.register(self.close)  # runs before that of the scratch directory
        self._copy: Copy | None = None
        self._sizes: dict[str, int] = {}
        self._expected: dict[str, int] = {}
        self._left_out: set[str] = set()
        self._thread: Thread | None = None

    def start(self, copy: Copy, sizes: dict[str, int], needed: set[str] | None = None) -> None:
        """Begin: `copy` fills the layout directory; `sizes` are the layers' digests with their sizes.

        Layers that are not among the `needed` ones are fetched when they are opened.
        """
        self._copy, self._sizes = copy, sizes
        self._left_out = set() if needed is None else sizes.keys() - needed
        if self._left_out != sizes.keys() or not sizes:
            self._fetch(sizes.keys() - self._left_out)

    def _fetch(self, digests: Iterable[str]) -> None:
        """Transfer these layers. For skopeo the others seem to be there already: as empty files."""
        self._expected = {digest: self._sizes[digest] for digest in digests}
        for digest in self._left_out:
            path = self._blob(digest)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "ab"):
                pass
        self._thread = Thread(target=self._transfer, name="transfer", daemon=True)
        self._thread.start()

    def _fetch_left_out(self, digest: str) -> None:
        self.wait()
        self._left_out.discard(digest)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._blob(digest))
        self._fetch([digest])

    def _blob(self, digest: str) -> str:
        return os.path.join(self.layout, "blobs", *split_digest(digest, "a layer"))

    def wait(self) -> None:
        """Return when all is there; raise what went wrong."""
        if self._thread is not None:
            while self._thread.is_alive():
                self._thread.join(_LONGEST_WAIT)
        self._raise_failure()

    def landed(self) -> int:
        """Bytes that have arrived, those of unfinished blobs too."""
        total = sum(
            _file_sizes(directory)
            for directory in (self.layout, os.path.join(self.layout, "blobs", "sha256"), self.scratch.join("tmp"))
        )
        if self._options.progress is not None and self._expected:
            whole = sum(self._expected.values())
            self._options.progress(min(total, whole), whole)
        return total

    def layer(self, descriptor: Descriptor, subject: str) -> Layer | None:
        """A layer that opens once its blob has landed; None for a foreign one, which skopeo leaves out."""
        if texts(descriptor.get("urls")):
            return None
        path = os.path.join(self.layout, blob_path(descriptor.get("digest"), subject))
        digest = text(descriptor.get("digest")) or ""

        def is_ready() -> bool:
            if digest in self._left_out:
                self._fetch_left_out(digest)
            if os.path.exists(path):
                return True
            self._raise_failure()
            return False

        def open_blob() -> RawStream:
            pause = _SHORTEST_WAIT
            while not is_ready():
                time.sleep(pause)
                pause = min(2 * pause, _LONGEST_WAIT)
            try:
                blob = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError as error:
                raise TransferFailed(f"{subject} is gone: the image was closed") from error
            return ByteRange(blob, 0, os.fstat(blob).st_size)

        return Layer(open_blob, ready=is_ready)

    def close(self) -> None:
        """Stop the transfer and remove what has landed."""
        if os.getpid() != self._owner:
            return
        atexit.unregister(self.close)
        self.cancelled.set()
        if self._thread is not None:
            self._thread.join()
        self.scratch.close()

    def _transfer(self) -> None:
        try:
            if self._copy is not None:
                self._copy(self.layout, self.landed)
            for digest in self._expected:
                if not os.path.exists(self._blob(digest)):
                    raise CorruptImage(f"the layer {digest} is missing in what was fetched")
        except PackageExtractError as error:
            self._fail(error)
        except Exception as error:  # noqa: BLE001 - whoever waits for a layer has to hear of it
            self._fail(TransferFailed(f"the transfer broke off: {error}"))

    def _fail(self, error: PackageExtractError) -> None:
        kind = next(kind.__name__ for kind in type(error).__mro__ if getattr(errors, kind.__name__, None) is kind)
        with contextlib.suppress(OSError):
            self.scratch.write_private(_FAILURE, json.dumps([kind, str(error)]).encode())

    def _raise_failure(self) -> None:
        try:
            with open(self.scratch.join(_FAILURE), "rb") as file:
                kind, message = json.load(file)
        except FileNotFoundError:
            if not os.path.isdir(self.scratch.path):
                raise TransferFailed("the image was closed before all of it had landed") from None
            return
        raise getattr(errors, kind)(message)


def _file_sizes(directory: str) -> int:
    total = 0
    with contextlib.suppress(FileNotFoundError), os.scandir(directory) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # a finished blob is renamed meanwhile
                total += entry.stat(follow_symlinks=False).st_size if entry.is_file(follow_symlinks=False) else 0
    return total
