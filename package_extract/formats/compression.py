"""Compressed blobs as streams of plain bytes: gzip (RFC 1952), zstd (RFC 8878), xz, bzip2 or none, told by magic.

A media type may lie about the compression; the first bytes do not.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

from package_extract.errors import UnsupportedMediaType

if TYPE_CHECKING:  # making a Protocol takes a millisecond, and each run starts anew
    import io
    from typing import Protocol

    class PlainStream(Protocol):
        """Uncompressed bytes, read into the caller's buffer."""

        def readinto(self, buffer: memoryview, /) -> int:
            """Fill the buffer as far as possible; 0 means the end."""


__all__ = ["COMPRESSED_READ", "compression_of", "decompress"]

COMPRESSED_READ = 1 << 18
ZSTD_WINDOW = 1 << 27  # 128 MiB: what `zstd --long` may ask for by default
XZ_MEMORY = 1 << 27


def compression_of(head: bytes) -> str:
    """Name of the compression that the first six bytes tell: "gzip", "zstd", "xz", "bzip2" or "none"."""
    if head[:2] == b"\x1f\x8b":
        return "gzip"
    if head[:4] == b"\x28\xb5\x2f\xfd" or (head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5):
        return "zstd"  # the second form is a skippable frame, which zstd:chunked may begin with
    if head[:6] == b"\xfd7zXZ\x00":
        return "xz"
    if head[:3] == b"BZh":
        return "bzip2"
    return "none"


def decompress(blob: io.RawIOBase, compression: str) -> PlainStream:
    """The uncompressed bytes of a blob that stands at its beginning."""
    if compression == "gzip":
        return _gzip(blob)
    if compression == "zstd":
        return _zstd(blob)
    if compression == "xz":
        return _Xz(blob)
    if compression == "bzip2":
        import bz2

        return bz2.BZ2File(blob)
    if compression == "none":
        return blob
    raise UnsupportedMediaType(f"layers compressed with {compression} cannot be read")


def _gzip(blob: io.RawIOBase) -> PlainStream:
    try:
        from isal.isal_zlib import _GzipReader
    except ImportError:  # a platform without wheels of isal, or one that renamed its reader
        import gzip

        return gzip.GzipFile(fileobj=blob)
    reader: PlainStream = _GzipReader(cast("BinaryIO", blob), COMPRESSED_READ)
    return reader


def _zstd(blob: io.RawIOBase) -> PlainStream:
    import zstandard

    return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).stream_reader(
        cast("BinaryIO", blob), read_size=COMPRESSED_READ, read_across_frames=True, closefd=False
    )


class _Xz:
    """An xz stream under a memory limit, which `lzma.LZMAFile` does not offer."""

    def __init__(self, blob: io.RawIOBase) -> None:
        import lzma

        self.blob = blob
        self.new = partial(lzma.LZMADecompressor, lzma.FORMAT_XZ, XZ_MEMORY)
        self.decoder = self.new()

    def readinto(self, buffer: memoryview, /) -> int:
        while True:
            data = b""
            if self.decoder.eof:  # streams may follow one another, with zero padding between (xz file format 1.1, 2.2)
                data = (self.decoder.unused_data or self.blob.read(COMPRESSED_READ) or b"").lstrip(b"\0")
                if not data:
                    return 0
                self.decoder = self.new()
            elif self.decoder.needs_input:
                data = self.blob.read(COMPRESSED_READ) or b""
                if not data:
                    raise EOFError("the xz stream is cut off")
            plain = self.decoder.decompress(data, len(buffer))
            if plain:
                buffer[: len(plain)] = plain
                return len(plain)
