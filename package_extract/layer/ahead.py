"""A layer's blob verified and decompressed by a process of its own, ahead of the one that reads the tar.

So even a single layer keeps two cores busy, and a third with its digest: a thread of that process, for hashing and
inflating both let other threads run. Bytes go through shared memory, what is said of them through pipes.
"""

from __future__ import annotations

import contextlib
import marshal
import mmap
import os
import signal
from struct import Struct
from typing import TYPE_CHECKING, Any

from package_extract.errors import PackageExtractError, error_named
from package_extract.formats.compression import decompress

from .counted_blob import CountedBlob

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from package_extract.formats.compression import PlainStream
    from package_extract.image.model import RawStream

    from .counted_blob import Hash

__all__ = ["DecompressedAhead"]

SLOT, SLOTS, GAP = 1 << 20, 8, 1 << 12
"""Shared memory: bytes of a slot, how many slots there are, and bytes between them."""
FRAME = Struct("<IQ")
"""Plain bytes in the next slot, 0 at the end; compressed bytes passed so far."""
FREED, STOP = b"+", b"."
CHUNKS = 16

Failure = tuple["str | None", str]
"""Name of one of our errors, or None for those of decompressors; message."""


class DecompressedAhead:
    """The slots of plain bytes, one after the other, and all that `CountedBlob` tells of the blob behind them."""

    def __init__(
        self, raw: RawStream, digest: str | None, compression: str, told: Callable[[int], None] = lambda _: None
    ) -> None:
        """Arguments as of `CountedBlob`; nobody else may read `raw` until this is closed."""
        self.raw, self.expected, self.passed = raw, digest, 0
        self._told = told
        self.memory = mmap.mmap(-1, SLOTS * (GAP + SLOT) + GAP)
        """All slots, each with a gap before and behind it for the reader's use."""
        self._slot = 0
        self._last: tuple[Failure | None, str | None, str | None] | None = None
        orders, self._orders = os.pipe()
        self._frames, frames = os.pipe()
        self._process = os.fork()
        if not self._process:
            os.close(self._orders)
            os.close(self._frames)
            _serve(CountedBlob(raw, digest), compression, memoryview(self.memory), orders, frames)
        os.close(orders)
        os.close(frames)

    def following(self) -> tuple[int, int]:
        """Where the bytes of the next slot begin and end in `memory`; they begin where they end if nothing follows.

        What stopped the decompressor is raised behind the last bytes that it gave.
        """
        start = _start(self._slot)
        count = 0 if self._last else self._frame()
        self._slot += 1
        if not count and self._last and (failure := self._last[0]):
            name, message = failure
            raise error_named(name, message) if name else ValueError(message)
        return start, start + count

    def free(self) -> None:
        """The oldest slot is not needed any more."""
        self._tell(FREED)

    def drain(self) -> str | None:
        """The digest of the whole blob, or None if none was asked for. Nothing is decompressed any more."""
        if self.expected is None:
            return None
        if self._last is None:
            self._tell(STOP)
            while self._frame():
                pass
        _, digest, unreadable = self._last or (None, None, "its end was not reached")
        if unreadable is not None:
            raise OSError(unreadable)
        return digest

    def close(self) -> None:
        """End the process, whatever it is doing."""
        os.close(self._orders)
        os.close(self._frames)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)

    def _tell(self, order: bytes) -> None:
        with contextlib.suppress(BrokenPipeError):  # it has come to the end: what it said is in the other pipe
            os.write(self._orders, order)

    def _frame(self) -> int:
        """Hear of the next slot: how many bytes it has. Behind the last one comes how it all ended."""
        count, self.passed = FRAME.unpack(self._receive(FRAME.size))
        self._told(self.passed)
        if not count:
            length = int.from_bytes(self._receive(8), "little")
            self._last = marshal.loads(self._receive(length))  # noqa: S302 our own child wrote it
        return int(count)

    def _receive(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = os.read(self._frames, count - len(data))
            if not part:
                raise PackageExtractError(
                    "the process that decompressed a layer was killed, perhaps for lack of memory; try --jobs 1"
                )
            data += part
        return data


def _start(slot: int) -> int:
    """Where a slot begins; they are counted without end."""
    return GAP + slot % SLOTS * (GAP + SLOT)


def _serve(blob: CountedBlob, compression: str, memory: memoryview, orders: int, frames: int) -> None:
    """The life of the process. Whoever asked for it may be gone at any moment: then a pipe is closed."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    status = 1
    try:
        if blob.hash:
            blob.hash = _HashingThread(blob.hash)
        failure = None
        for count, failure in _filled(blob, compression, memory, orders):  # noqa: B007 the last failure is used
            if count:
                os.write(frames, FRAME.pack(count, blob.passed))
        digest, unreadable = None, None
        try:
            digest = blob.drain()
        except OSError as error:
            unreadable = str(error)
        last = marshal.dumps((failure, digest, unreadable))
        os.write(frames, FRAME.pack(0, blob.passed) + len(last).to_bytes(8, "little") + last)
        status = 0
    finally:
        os._exit(status)  # never run the parent's clean-up


def _filled(
    blob: CountedBlob, compression: str, memory: memoryview, orders: int
) -> Iterator[tuple[int, Failure | None]]:
    """Fill one slot after the other, up to the end or until told to stop: how full each is, and what went wrong."""
    slot, free = 0, SLOTS
    stream: PlainStream | None = None
    while True:
        if not free:
            told = os.read(orders, SLOTS)
            if not told or STOP in told:
                return
            free = len(told)
        start, filled = _start(slot), 0
        failure: Failure | None = None
        try:
            stream = stream or decompress(blob, compression)
            while filled < SLOT and (count := stream.readinto(memory[start + filled : start + SLOT])):
                filled += count
        except PackageExtractError as error:
            failure = type(error).__name__, str(error)
        except Exception as error:  # noqa: BLE001 each decompressor has its own kinds
            failure = None, str(error)
        yield filled, failure
        if filled < SLOT:
            return
        slot, free = slot + 1, free - 1


class _HashingThread:
    """A hash that is computed by a thread."""

    def __init__(self, hash_: Hash) -> None:
        from queue import Queue
        from threading import Thread

        self.hash = hash_
        self._chunks: Queue[bytes] = Queue(CHUNKS)
        self._thread = Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        while chunk := self._chunks.get():
            self.hash.update(chunk)

    def update(self, data: Any, /) -> None:
        """Add bytes; the buffer may be used again at once."""
        if data:
            self._chunks.put(bytes(data))

    def hexdigest(self) -> str:
        """The digest of all that was added; nothing can be added any more."""
        self._chunks.put(b"")
        self._thread.join()
        return self.hash.hexdigest()
