"""The content of one wanted file: whole when it is small, with holes when it is large."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING

from package_extract.errors import LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from package_extract.formats.tar_header import Member

    from .limits import Limits
    from .window import Window

    Ask = Callable[[memoryview, int], Iterable[tuple[int, int]]]

__all__ = ["WHOLE", "ContentReader", "FileContent"]

WHOLE = 8 << 20
HEAD = 1 << 20
IN_MEMORY = 32 << 20
AT_ONCE = 8 << 20


class _Spooled(mmap.mmap):
    """A mapped temporary file."""


class FileContent:
    """One regular file of one layer, as `plugin.LayerFile` has it."""

    __slots__ = ("content", "mode", "path", "size")

    def __init__(self, path: str, size: int, mode: int, content: memoryview) -> None:
        self.path, self.size, self.mode, self.content = path, size, mode, content


class ContentReader:
    """Brings the content that a window stands at into memory, reusing one buffer for small files."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._scratch = bytearray()

    def read(self, window: Window, member: Member, asks: list[Ask]) -> memoryview:
        """The content, read-only: whole up to `WHOLE`, else the first mebibyte and the ranges that `asks` name."""
        if member.sparse is not None:
            return self._sparse(window, member)
        if member.size <= WHOLE:
            return self._small(window, member.size)
        return self._large(window, member.size, asks)

    def _small(self, window: Window, size: int) -> memoryview:
        if window.position + size <= window.end:
            content = window.view[window.position : window.position + size]
            window.position += size
            return content.toreadonly()
        if len(self._scratch) < size:
            self._scratch = bytearray(min(WHOLE, max(size, 2 * len(self._scratch))))
        target = memoryview(self._scratch)[:size]
        window.take(size, target)
        return target.toreadonly()

    def _large(self, window: Window, size: int, asks: list[Ask]) -> memoryview:
        head = bytearray(HEAD)
        window.take(HEAD, memoryview(head))
        spans = _united([span for ask in asks for span in ask(memoryview(head).toreadonly(), size)], size)
        content = self._mapping(size, HEAD + sum(end - start for start, end in spans))
        content[:HEAD] = head
        position = HEAD
        for start, end in spans:
            window.skip(start - position)
            for place in range(start, end, AT_ONCE):
                window.take(min(end - place, AT_ONCE), content[place : min(end, place + AT_ONCE)])
                self._release(content)
            position = end
        return content.toreadonly()

    @staticmethod
    def _release(content: memoryview) -> None:
        """Give the memory back that a mapped temporary file has taken; what was written is in the file."""
        mapped = content.obj
        if isinstance(mapped, _Spooled) and hasattr(mmap, "MADV_DONTNEED"):
            mapped.madvise(mmap.MADV_DONTNEED)

    def _sparse(self, window: Window, member: Member) -> memoryview:
        pieces = member.sparse or []
        content = self._mapping(max(1, member.size), sum(length for _, length in pieces))
        for offset, length in pieces:
            window.take(length, content[offset : offset + length])
        return content[: member.size].toreadonly()

    def _mapping(self, size: int, kept: int) -> memoryview:
        """Zeros of the file's whole length, of which only the pages written to cost memory."""
        if kept > self.limits.kept_bytes:
            raise LimitExceeded(f"{kept} bytes of one file are needed at once, {self.limits.kept_bytes} are allowed")
        try:
            if kept <= IN_MEMORY:
                return memoryview(mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NO_RESERVE))
            import tempfile

            with tempfile.TemporaryFile(prefix="package-extract-") as file:
                file.truncate(size)
                return memoryview(_Spooled(file.fileno(), size))
        except (OSError, OverflowError, ValueError) as error:
            raise LimitExceeded(f"a file of {size} bytes cannot be mapped: {error}") from error


_NO_RESERVE = getattr(mmap, "MAP_NORESERVE", 0)


def _united(spans: list[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """(offset, length) pairs as sorted, disjoint (start, end) pairs behind the head and within the file."""
    united: list[tuple[int, int]] = []
    for offset, length in sorted(spans):
        start, end = max(HEAD, offset), min(size, offset + length)
        if united and start <= united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], end)
        elif start < end:
            united.append((start, end))
    return united
