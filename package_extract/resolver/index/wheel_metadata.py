"""The metadata of a wheel, from where it costs least: a file beside it, a piece of it, or all of it.

Indexes announce the separate file (PEP 658) or have it without a word; others have none, but serve ranges. What a host
was seen to do decides what is tried first at its next file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import orjson

from package_extract.errors import FormatError, LimitExceeded
from package_extract.formats.core_metadata import read_headers, unfold
from package_extract.formats.python_names import normalize_name
from package_extract.formats.zip_directory import Member, locate, member, read_directory
from package_extract.resolver.errors import CorruptDistribution, IndexUnreachable, RangesNotServed
from package_extract.resolver.index.file_access import Piece, check_hashes
from package_extract.resolver.source import Metadata, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.resolver.index.cache import Cache
    from package_extract.resolver.index.file_access import FileAccess
    from package_extract.resolver.source import DistributionFile, Traffic

__all__ = ["KIND", "WheelMetadata"]

KIND = "metadata/1"
_TAIL = 64 << 10
_HEADER_SLACK = 4 << 10
"""For extra fields that a local header has and the directory has not."""
_LARGEST_DIRECTORY = 64 << 20
_LARGEST_METADATA = 16 << 20
_LARGEST_WHEEL = 512 << 20
_HEADERS = frozenset({"name", "version", "requires-dist", "requires-python", "provides-extra"})


class WheelMetadata:
    """Reads metadata of wheels, and keeps it by their SHA-256."""

    def __init__(self, access: FileAccess, cache: Cache, traffic: Traffic) -> None:
        self._access, self._cache, self._traffic = access, cache, traffic
        self._unannounced: dict[str, int] = {}

    def is_at_hand(self, file: DistributionFile) -> bool:
        """Whether it can be had without a request."""
        if file.url.startswith("file:"):
            return True
        return file.sha256 is not None and self._cache.fact(KIND, file.sha256) is not None

    def read(self, file: DistributionFile) -> Metadata:
        """The metadata; CorruptDistribution if there is none, or if it is that of another wheel."""
        if not file.url:
            raise CorruptDistribution(f"{file.filename} is listed without an address")
        kept = self._cache.fact(KIND, file.sha256) if file.sha256 else None
        if kept is not None:
            try:
                name, version, requires, requires_python, extras = orjson.loads(kept)
                metadata = Metadata(name, version, tuple(requires), requires_python, tuple(extras))
            except (ValueError, TypeError):
                pass
            else:
                self._traffic.from_cache += 1
                return metadata
        try:
            metadata = self._from_beside(file) or _parsed(file, self._raw(file))
        except (FormatError, LimitExceeded) as error:
            raise CorruptDistribution(f"{file.filename} cannot be read: {error}") from error
        self._traffic.metadata += 1
        if file.sha256:
            self._cache.keep_fact(KIND, file.sha256, _dumped(metadata))
        return metadata

    def _from_beside(self, file: DistributionFile) -> Metadata | None:
        """What the separate file says. One that no index promised may be anything: a page that says it is not there."""
        if file.core_metadata is not None:
            beside = self._beside(file)
            return None if beside is None else _parsed(file, beside)
        host = urlsplit(file.url).netloc
        balance = self._unannounced.get(host, 4)
        if balance <= 0:
            return None
        try:
            beside = self._beside(file)
            found = None if beside is None else _parsed(file, beside)
        except (FormatError, LimitExceeded, IndexUnreachable):
            found = None
        self._unannounced[host] = balance - 1 if found is None else min(balance + 1, 8)
        return found

    def _beside(self, file: DistributionFile) -> bytes | None:
        found = self._access.beside(file, ".metadata", _LARGEST_METADATA)
        if found is not None and isinstance(file.core_metadata, dict):
            check_hashes(f"the metadata of {file.filename}", file.core_metadata, found)
        return found

    def _raw(self, file: DistributionFile) -> bytes:
        try:
            return self._from_pieces(file)
        except RangesNotServed:
            data = self._access.whole(file, _LARGEST_WHEEL)
            return _out_of(file, Piece(0, data, len(data)))

    def _from_pieces(self, file: DistributionFile) -> bytes:
        tail = self._access.piece(file, -_TAIL, _TAIL)
        offset, size = locate(tail.data, tail.total)
        if size > _LARGEST_DIRECTORY:
            raise FormatError("its directory is too large")
        if offset < tail.start:
            before = self._access.piece(file, offset, tail.start - offset)
            tail = Piece(offset, before.data + tail.data, tail.total)
        entry = _metadata_member(file, read_directory(_part(tail, offset, size)))
        if entry.offset >= tail.start:
            return _content(entry, _part(tail, entry.offset, tail.total))
        if entry.compressed_size > _LARGEST_METADATA:
            raise FormatError("its METADATA is too large")
        length = entry.header_size + entry.compressed_size + _HEADER_SLACK
        return _content(entry, self._access.piece(file, entry.offset, length).data)


def _out_of(file: DistributionFile, whole: Piece) -> bytes:
    offset, size = locate(whole.data, whole.total)
    entry = _metadata_member(file, read_directory(_part(whole, offset, size)))
    return _content(entry, _part(whole, entry.offset, whole.total))


def _part(piece: Piece, offset: int, size: int) -> bytes:
    return piece.data[offset - piece.start : offset - piece.start + size]


def _metadata_member(file: DistributionFile, members: Iterable[Member]) -> Member:
    found = [each for each in members if each.name.endswith(".dist-info/METADATA") and each.name.count("/") == 1]
    named = [each for each in found if normalize_name(each.name.partition("-")[0]) == file.project]
    if len(named) != 1:
        raise FormatError(f"it has {len(named) or 'no'} METADATA of {file.project}")
    return named[0]


def _content(entry: Member, data: bytes) -> bytes:
    content = member(entry, data, _LARGEST_METADATA)
    if content is None:
        raise FormatError("its METADATA ends outside of it")
    return content


def _parsed(file: DistributionFile, raw: bytes) -> Metadata:
    headers = read_headers(raw, _HEADERS)
    name, version = headers.get("name", [""])[0].strip(), headers.get("version", [""])[0].strip()
    try:
        lies = normalize_name(name) != file.project or parse_version(version) != file.parsed_version
    except ValueError:
        lies = True
    if lies:
        raise FormatError(f"its metadata is that of {name[:100]!r} {version[:100]!r}")
    requires_python = headers.get("requires-python", [""])[0].strip()
    return Metadata(
        name,
        version,
        tuple(unfold(value) for value in headers.get("requires-dist", ())),
        requires_python or None,
        tuple(unfold(value) for value in headers.get("provides-extra", ())),
    )


def _dumped(metadata: Metadata) -> bytes:
    return orjson.dumps(
        [
            metadata.name,
            metadata.version,
            metadata.requires_dist,
            metadata.requires_python,
            metadata.provides_extra,
        ]
    )
