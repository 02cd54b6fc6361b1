"""A blob as a range of bytes in a file, read without a shared file position."""

from __future__ import annotations

import os

__all__ = ["ByteRange"]


class ByteRange:
    """A `RawStream` over `length` bytes from `offset` of an open file; it owns the descriptor it is given.

    Reads name their position (preadv(2)), so that descriptors which share one, as after dup(2) or fork(2), do not
    disturb each other.
    """

    __slots__ = ("_descriptor", "_end", "_offset", "_position")

    def __init__(self, descriptor: int, offset: int, length: int) -> None:
        self._descriptor = descriptor
        self._offset = self._position = offset
        self._end = offset + length

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as possible; 0 means the end, also the early one of a truncated file."""
        room = memoryview(buffer).cast("B")
        left = self._end - self._position
        if left <= 0:
            return 0
        count = os.preadv(self._descriptor, [room[:left]], self._position)
        self._position += count
        return count

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """As `io.IOBase.seek`, within the range; a position before its start is an error, one behind its end is not."""
        start = {os.SEEK_SET: self._offset, os.SEEK_CUR: self._position, os.SEEK_END: self._end}[whence]
        if start + offset < self._offset:
            raise ValueError("seek before the start of the blob")
        self._position = start + offset
        return self._position - self._offset

    def close(self) -> None:
        """Close the descriptor; more than once does no harm."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> ByteRange:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()
