"""The window over bytes that another process decompresses: its slots are looked at where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.errors import FormatError, PackageExtractError

from .window import CUT_OFF, Window, corrupt_stream

if TYPE_CHECKING:
    from .ahead import DecompressedAhead
    from .limits import Limits

__all__ = ["AheadWindow"]


class AheadWindow(Window):
    """As `Window`; `buffer` is the memory that is shared with the other process."""

    def __init__(self, slots: DecompressedAhead, limits: Limits) -> None:
        self.slots = self.blob = slots
        self.limits, self.hash, self.plain_size = limits, None, None
        self.buffer = slots.memory
        self.view = memoryview(slots.memory)
        self.position = self.end = self.before = 0

    def refill(self) -> bool:
        """Go on to the next slot, with what is left before it; False if nothing more comes."""
        left = self.view[self.position : self.end]
        try:
            start, end = self.slots.following()
        except PackageExtractError:
            raise
        except Exception as error:
            raise corrupt_stream(error) from error
        if start == end:
            return False
        passed = self.before + self.end
        position = start - len(left)
        self.view[position:start] = left
        if self.end:
            self.slots.free()
        self.position, self.end, self.before = position, end, passed - start
        self._passed(self.view[start:end], passed + end - start)
        return True

    def take(self, count: int, target: memoryview) -> None:
        """Copy the next `count` bytes to the front of `target` and pass over them."""
        done = 0
        while done < count:
            if self.position == self.end and not self.refill():
                raise FormatError(CUT_OFF, code="truncated-layer")
            part = min(count - done, self.end - self.position)
            target[done : done + part] = self.view[self.position : self.position + part]
            self.position += part
            done += part
