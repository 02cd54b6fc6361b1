"""The content of an answer out of what is transferred: gzip (RFC 1952) or as it is."""

from __future__ import annotations

import zlib
from http.client import HTTPException

__all__ = ["Inflating", "UnknownEncoding"]

_GZIP = 31
_MAGIC = b"\x1f\x8b"


class UnknownEncoding(HTTPException):
    """An answer in an encoding that was not asked for, or whose bytes are not what it says."""


class Inflating:
    """Takes parts of a body as they come, and gives the content; hardly more than `limit` bytes are held."""

    def __init__(self, encoding: str, limit: int) -> None:
        self.size = 0
        """Bytes of content so far."""
        self._parts: list[bytes] = []
        self._limit = limit
        self._member = None
        encoding = encoding.strip().lower()
        if encoding in {"gzip", "x-gzip"}:
            self._member = zlib.decompressobj(_GZIP)
        elif encoding not in {"", "identity"}:
            raise UnknownEncoding(f"the encoding {encoding[:40]!r} was not asked for")

    def feed(self, data: bytes) -> None:
        """One more part."""
        if self._member is None:
            self._add(data)
            return
        while data and self.size <= self._limit:
            try:
                self._add(self._member.decompress(data, self._limit + 1 - self.size))
            except zlib.error as error:
                raise UnknownEncoding("it is not compressed as it says") from error
            data = self._member.unconsumed_tail
            if self._member.eof:
                data = self._member.unused_data
                if not data.startswith(_MAGIC[: len(data)]):
                    return  # padding
                if data:
                    self._member = zlib.decompressobj(_GZIP)

    def _add(self, content: bytes) -> None:
        self._parts.append(content)
        self.size += len(content)

    @property
    def is_complete(self) -> bool:
        """Whether the last member ends where the body ends."""
        return self._member is None or self._member.eof

    def value(self) -> bytes:
        """All of the content."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
