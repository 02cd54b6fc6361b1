"""A blob that counts, and if asked hashes, the bytes that pass."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

from package_extract.formats.compression import COMPRESSED_READ, compression_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from package_extract.image.model import RawStream

    class Hash(Protocol):
        """What is used of a hash."""

        def update(self, data: Any, /) -> None:
            """Add bytes."""

        def hexdigest(self) -> str:
            """The digest of all bytes."""


__all__ = ["CountedBlob", "nature"]


def nature(raw: RawStream) -> tuple[str, int]:
    """How a blob is compressed, and its length in bytes; it is left at its beginning."""
    head = memoryview(bytearray(6))
    compression = compression_of(bytes(head[: raw.readinto(head)]))
    length = raw.seek(0, io.SEEK_END)
    raw.seek(0)
    return compression, length


class CountedBlob(io.RawIOBase):
    """Stands between a blob and its decompressor."""

    def __init__(self, raw: RawStream, digest: str | None, told: Callable[[int], None] = lambda _: None) -> None:
        """`digest` ("sha256:…") is what the bytes will be held against; None hashes nothing. `told` gets the count."""
        self.raw, self.told = raw, told
        self.passed = 0
        self.expected = digest
        self.hash: Hash | None = hashlib.new(digest.partition(":")[0]) if digest else None

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """As `io.RawIOBase.readinto`."""
        count = self.raw.readinto(buffer)
        self.passed += count
        self.told(self.passed)
        if self.hash:
            self.hash.update(memoryview(buffer)[:count])
        return count

    def drain(self) -> str | None:
        """Read to the end and return the digest of all bytes, or None if none was asked for."""
        if self.hash is None or self.expected is None:
            return None
        buffer = memoryview(bytearray(COMPRESSED_READ))
        while self.readinto(buffer):
            pass
        return f"{self.expected.partition(':')[0]}:{self.hash.hexdigest()}"
