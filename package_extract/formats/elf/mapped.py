"""The bytes of an ELF file as its loader maps them, of which some may not be at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.errors import FormatError

from .header import PT_LOAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .header import Header

__all__ = ["MappedFile"]


class MappedFile:
    """A file by offset and by address; every access is checked."""

    def __init__(self, content: memoryview, header: Header, known: Sequence[tuple[int, int]] | None) -> None:
        """`known` are the (start, end) offsets that `content` really has; None for all."""
        self.content, self.layout, self.known = content, header.layout, known
        self.loads = [segment for segment in header.segments if segment.kind == PT_LOAD and segment.length]

    def at(self, address: int, length: int, what: str) -> memoryview:
        """The bytes at a virtual address. Raises `FormatError` if they are not all there."""
        for _, offset, start, extent, _ in self.loads:
            if start <= address < start + extent:
                return self.slice(offset + address - start, length, what)
        raise FormatError(f"{what} lies outside of the segments", code="corrupt")

    def rest(self, address: int, what: str) -> memoryview:
        """The bytes from a virtual address to the end of its segment, as far as they are there."""
        for _, offset, start, extent, _ in self.loads:
            if start <= address < start + extent:
                place, end = offset + address - start, min(offset + extent, len(self.content))
                if self.known is not None:
                    end = min(end, max((stop for first, stop in self.known if first <= place), default=0))
                return self.slice(place, max(0, end - place), what)
        raise FormatError(f"{what} lies outside of the segments", code="corrupt")

    def slice(self, offset: int, length: int, what: str) -> memoryview:
        """The bytes at a file offset. Raises `FormatError` if they are not all there."""
        end = offset + length
        if end > len(self.content):
            raise FormatError(f"the file ends before or within {what}", code="truncated")
        if self.known is not None and not any(start <= offset and end <= stop for start, stop in self.known):
            raise FormatError(f"{what} lies in a part of the file that is not kept", code="limit")
        return self.content[offset:end]
