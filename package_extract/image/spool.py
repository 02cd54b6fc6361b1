"""Bytes that cannot be sought (a compressed archive, a daemon's answer), kept in a temporary file without a name."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, cast

from package_extract.errors import CorruptImage, LimitExceeded, PackageExtractError
from package_extract.formats.compression import decompress
from package_extract.image.access import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from io import IOBase, RawIOBase

    from package_extract.image.options import OpenOptions

__all__ = ["decompressed", "plain_pieces", "scratch_directory", "spool"]

_BUFFER = 1 << 20
_RATIO = 200
_RATIO_COUNTS_FROM = 1 << 30


def scratch_directory(options: OpenOptions) -> str:
    """Where temporary files go."""
    for candidate in (options.scratch, os.environ.get("TMPDIR"), "/var/tmp"):  # noqa: S108 - only a parent directory
        if candidate and os.access(candidate, os.W_OK | os.X_OK):
            return candidate
    import tempfile

    return tempfile.gettempdir()


def decompressed(path: str, compression: str) -> Iterator[bytes]:
    """The content of a compressed file in pieces; `CorruptImage` if it is damaged or ends too early."""
    with reading(path):
        raw = open(path, "rb", buffering=0)  # noqa: SIM115 - closed below
    with raw:
        yield from plain_pieces(raw, compression, path)


def plain_pieces(raw: IOBase, compression: str, name: str) -> Iterator[bytes]:
    """The content of a stream that is compressed, or not ("none"); `name` is what errors call it."""
    buffer = memoryview(bytearray(_BUFFER))
    try:
        stream = decompress(cast("RawIOBase", raw), compression)
        while count := stream.readinto(buffer):
            yield bytes(buffer[:count])
    except Exception as error:  # each decompressor has its own kinds
        reason = "is truncated" if isinstance(error, EOFError) else f"is damaged ({compression})"
        raise CorruptImage(f"{name} {reason}") from error


def spool(pieces: Iterable[bytes], options: OpenOptions, subject: str, compressed_size: int = 0) -> int:
    """Write the pieces to a new temporary file without a name and return its descriptor, which the caller owns.

    `LimitExceeded` beyond `options.spool_limit`, or where `compressed_size` bytes grow like a decompression bomb.
    """
    import tempfile

    directory = scratch_directory(options)
    limit = options.spool_limit
    if compressed_size:
        limit = min(limit, max(_RATIO_COUNTS_FROM, _RATIO * compressed_size))
    with _writing(directory):
        file = tempfile.TemporaryFile(dir=directory, buffering=0)  # noqa: SIM115 - closed below
    with file:
        written = 0
        for piece in pieces:
            written += len(piece)
            if written > limit:
                raise LimitExceeded(f"{subject} grows beyond {limit} bytes; raise the limit if that is right")
            with _writing(directory):
                _write_all(file, piece)
        return os.dup(file.fileno())


@contextmanager
def _writing(directory: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PackageExtractError(f"cannot write temporary files in {directory}: {error.strerror or error}") from error


def _write_all(file: IO[bytes], piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]
