"""Bytes that cannot be sought (a compressed archive, a daemon's answer), kept in a temporary file without a name."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from package_extract.errors import CorruptImage, LimitExceeded, PackageExtractError
from package_extract.image.access import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from package_extract.image.options import OpenOptions

__all__ = ["compression_of", "decompressed", "scratch_directory", "spool"]

_BUFFER = 1 << 20
_RATIO = 200
_RATIO_COUNTS_FROM = 1 << 30
_LZMA_MEMORY = 512 << 20
_MAGICS = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"\xfd7zXZ\0", "xz"), (b"BZh", "bzip2"))


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def compression_of(head: bytes) -> str | None:
    """Name of the compression that these first bytes announce; None if they announce none."""
    for magic, name in _MAGICS:
        if head.startswith(magic):
            return name
    skippable = len(head) >= 4 and head[0] & 0xF0 == 0x50 and head[1:4] == b"\x2a\x4d\x18"
    return "zstd" if skippable else None


def scratch_directory(options: OpenOptions) -> str:
    """Where temporary files go."""
    for candidate in (options.scratch, os.environ.get("TMPDIR"), "/var/tmp"):  # noqa: S108 - only a parent directory
        if candidate and os.access(candidate, os.W_OK | os.X_OK):
            return candidate
    import tempfile

    return tempfile.gettempdir()


def decompressed(path: str, compression: str) -> Iterator[bytes]:
    """The content of a compressed file in pieces; `CorruptImage` if it is damaged or ends too early."""
    failures = _failures(compression)
    with reading(path), open(path, "rb") as raw:
        try:
            reader = _reader(raw, compression)
            while piece := reader.read(_BUFFER):
                yield piece
        except failures as error:
            reason = "is truncated" if isinstance(error, EOFError) else f"is damaged ({compression})"
            raise CorruptImage(f"{path} {reason}") from error


def spool(pieces: Iterable[bytes], options: OpenOptions, subject: str, compressed_size: int = 0) -> int:
    """Write the pieces to a new temporary file without a name and return its descriptor, which the caller owns.

    `LimitExceeded` beyond `options.spool_limit`, or where `compressed_size` bytes grow like a decompression bomb.
    """
    import tempfile

    directory = scratch_directory(options)
    limit = options.spool_limit
    if compressed_size:
        limit = min(limit, max(_RATIO_COUNTS_FROM, _RATIO * compressed_size))
    try:
        with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
            written = 0
            for piece in pieces:
                written += len(piece)
                if written > limit:
                    raise LimitExceeded(f"{subject} grows beyond {limit} bytes; raise the limit if that is right")
                _write_all(file, piece)
            return os.dup(file.fileno())
    except OSError as error:
        raise PackageExtractError(f"cannot write temporary files in {directory}: {error.strerror or error}") from error


def _write_all(file: IO[bytes], piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]


def _reader(raw: IO[bytes], compression: str) -> _Readable:
    if compression == "gzip":
        from isal import igzip

        return cast("_Readable", igzip.open(raw))  # type: ignore[no-untyped-call]
    if compression == "zstd":
        import zstandard

        decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        return cast("_Readable", decompressor.stream_reader(raw, read_across_frames=True))
    if compression == "bzip2":
        import bz2

        return bz2.BZ2File(raw)
    return _XzReader(raw)


class _XzReader:
    """`lzma.LZMAFile` with a bound on memory, which a header may otherwise ask for without limit."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw, self._decompressor = raw, self._new()
        self._rest = b""

    def read(self, size: int, /) -> bytes:
        while True:
            if self._decompressor.eof:
                self._rest = self._decompressor.unused_data.lstrip(b"\0") or self._raw.read(_BUFFER).lstrip(b"\0")
                if not self._rest:
                    return b""
                self._decompressor = self._new()
            elif self._decompressor.needs_input and not self._rest:
                self._rest = self._raw.read(_BUFFER)
                if not self._rest:
                    raise EOFError("the xz stream ends too early")
            data, self._rest = self._rest, b""
            if piece := cast("bytes", self._decompressor.decompress(data, size)):
                return piece

    @staticmethod
    def _new() -> Any:
        import lzma

        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_LZMA_MEMORY)


def _failures(compression: str) -> tuple[type[Exception], ...]:
    """What the decompressor raises about damaged bytes."""
    if compression == "gzip":
        import zlib

        from isal import isal_zlib

        return (EOFError, OSError, zlib.error, cast("type[Exception]", isal_zlib.error))
    if compression == "zstd":
        import zstandard

        return (EOFError, zstandard.ZstdError)
    if compression == "xz":
        import lzma

        return (EOFError, lzma.LZMAError)
    return (EOFError, OSError, ValueError)
