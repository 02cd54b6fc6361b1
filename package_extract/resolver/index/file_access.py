"""The bytes of distribution files: pieces by HTTP range, or the whole; on this machine's disk as well."""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from package_extract.errors import LimitExceeded
from package_extract.resolver.errors import HashMismatch, IndexUnreachable, MissingFile, Offline, RangesNotServed
from package_extract.resolver.index.local_files import read_file
from package_extract.resolver.index.urls import local_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from package_extract.resolver.index.transport import Answer, Transport
    from package_extract.resolver.source import DistributionFile, Traffic

__all__ = ["FileAccess", "Piece", "check_hashes"]

_IDENTITY = {"Accept-Encoding": "identity"}
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18})\Z")
_STRENGTH = ("sha512", "sha384", "sha256", "sha224", "sha1", "md5")


class Piece(NamedTuple):
    """Bytes of a file."""

    start: int
    data: bytes
    total: int
    """The size of the file."""


class FileAccess:
    """Reads files of any index. For any number of threads."""

    def __init__(self, transport: Callable[[], Transport], traffic: Traffic, *, offline: bool) -> None:
        self._transport, self._traffic, self._offline = transport, traffic, offline
        self._without_ranges: set[str] = set()

    def piece(self, file: DistributionFile, start: int, length: int) -> Piece:
        """`length` bytes from `start`, fewer at the end; a negative `start` counts from the end.

        Raises RangesNotServed if the server sends only whole files.
        """
        path = local_path(file.url)
        if path is not None:
            return _local_piece(path, start, length)
        if start < 0 and file.size is not None:
            start = max(0, file.size + start)
        last = "" if start < 0 else str(start + length - 1)
        return self._ranged(file, f"bytes={start if start >= 0 else ''}{start if start < 0 else '-' + last}", length)

    def whole(self, file: DistributionFile, limit: int) -> bytes:
        """The whole file, its hashes checked."""
        path = local_path(file.url)
        if file.size is not None and file.size > limit:
            raise LimitExceeded(f"{file.filename} has {file.size} bytes, which is more than the {limit} that are read")
        data = self._get(file, _IDENTITY, frozenset({200}), limit).body if path is None else read_file(path, limit)
        check_hashes(file.filename, file.hashes, data)
        return data

    def beside(self, file: DistributionFile, suffix: str, limit: int) -> bytes | None:
        """The file whose address is that of `file` with a suffix; None if the server has none."""
        path = local_path(file.url)
        if path is not None:
            return read_file(path + suffix, limit) if os.path.isfile(path + suffix) else None  # noqa: PTH113
        self._check_online(file)
        answer = self._transport().get(file.url + suffix, {}, frozenset({200, 403}), limit)
        return answer.body if answer.status == 200 else None

    def _ranged(self, file: DistributionFile, wanted: str, length: int) -> Piece:
        host = urlsplit(file.url).netloc
        if host in self._without_ranges:
            raise RangesNotServed(f"{host} sends {file.filename} only as a whole")
        answer = self._get(file, {**_IDENTITY, "Range": wanted}, frozenset({206}), length + 1)
        place = _CONTENT_RANGE.match(answer.headers.get("content-range", ""))
        if answer.status != 206 or place is None or not 0 < len(answer.body) <= length:
            self._without_ranges.add(host)
            raise RangesNotServed(f"{host} sends {file.filename} only as a whole")
        self._traffic.ranges += 1
        return Piece(int(place[1]), answer.body, int(place[3]))

    def _get(self, file: DistributionFile, headers: dict[str, str], wanted: frozenset[int], limit: int) -> Answer:
        self._check_online(file)
        answer = self._transport().get(file.url, headers, wanted, limit)
        if answer.status in {404, 410}:
            raise MissingFile(
                f"{file.filename} is not there{', though it is listed' if file.index else ''}: {file.url}"
            )
        if answer.status != 200 and "Range" not in headers:
            raise IndexUnreachable(f"{file.url} answers with status {answer.status}")
        return answer

    def _check_online(self, file: DistributionFile) -> None:
        if self._offline:
            raise Offline(f"{file.filename} is needed and is not in the cache; allow the network once")


def check_hashes(subject: str, hashes: dict[str, str], data: bytes) -> None:
    """Raises HashMismatch if the data is not what the strongest of the hashes says."""
    for algorithm in _STRENGTH:
        if algorithm in hashes:
            found = hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()
            if found != hashes[algorithm]:
                raise HashMismatch(subject, algorithm, hashes[algorithm], found)
            return


def _local_piece(path: str, start: int, length: int) -> Piece:
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            size = os.fstat(descriptor).st_size
            start = max(0, size + start) if start < 0 else start
            return Piece(start, os.pread(descriptor, length, start), size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise IndexUnreachable(f"{path} cannot be read: {error.strerror}") from None
