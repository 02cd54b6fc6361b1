"""What the native code of a wheel needs and brings, read from the wheel by ranges and kept by its SHA-256.

A wheel is a ZIP archive (https://packaging.python.org/en/latest/specifications/binary-distribution-format/); its
shared libraries are inflated as they arrive, and of each only the parts are kept that a dynamic loader reads.
"""

from __future__ import annotations

import mmap
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from struct import Struct
from typing import TYPE_CHECKING

import orjson

from package_extract.errors import FormatError
from package_extract.formats.elf import SHARED_OBJECT, machine_name, ranges, read_elf
from package_extract.formats.zip_directory import locate, read_directory
from package_extract.resolver.errors import CorruptDistribution
from package_extract.resolver.verify.wheel_needs import NativeLibrary, WheelNeeds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from package_extract.formats.zip_directory import Member
    from package_extract.resolver.source import DistributionFile, Source

__all__ = ["KIND", "wheel_needs"]

KIND = "elf-needs/1"
_TAIL = 64 << 10
_CHUNK = 1 << 20
_LARGEST_CHUNK = 4 << 20
_HEAD = 4096
_LOCAL = Struct("<4s22xHH")
_LARGEST_DIRECTORY = 64 << 20
_LARGEST_LIBRARY = 1 << 30
_WORTH_A_LOOK = 2 << 20
"""Before libraries of more bytes are fetched, what is known already is looked at."""
_AT_ONCE = 8
"""Libraries of one wheel that are read side by side: a wheel can have a hundred, and each is a request or more."""
_LARGE_AT_ONCE = 2
_MOST_LIBRARIES = 4096
_STORED, _DEFLATED = 0, 8


def wheel_needs(
    source: Source, file: DistributionFile, budget: int, enough: Callable[[WheelNeeds], bool]
) -> WheelNeeds:
    """The libraries of a wheel, smallest first, as far as `budget` bytes of transfer go, or until `enough` is known.

    Raises `RangesNotServed` and what the source raises; a wheel that is no archive is `CorruptDistribution`.
    """
    if file.sha256 and (kept := source.recall(KIND, file.sha256)):
        known = _loaded(kept)
        if known and (not known.unread or enough(known)):
            return known
    try:
        members = sorted(_native_members(source, file), key=lambda each: (each.compressed_size, each.name))
    except FormatError as error:
        raise CorruptDistribution(f"{file.filename} cannot be read: {error}") from error
    needs = _read_members(source, file, members, budget, enough)
    if file.sha256:
        source.keep(KIND, file.sha256, orjson.dumps([[[*each] for each in needs.libraries], needs.unread]))
    return needs


def _read_members(
    source: Source, file: DistributionFile, members: list[Member], budget: int, enough: Callable[[WheelNeeds], bool]
) -> WheelNeeds:
    libraries: list[NativeLibrary] = []
    affordable = _affordable(members, budget)
    unread = [each.name for each in members]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for batch in _batches(affordable):
            if batch[-1].compressed_size > _WORTH_A_LOOK and enough(WheelNeeds(libraries, unread)):
                break
            libraries += filter(None, pool.map(partial(_read, source, file), batch))
            unread = unread[len(batch) :]
    return WheelNeeds(libraries, unread)


def _affordable(members: list[Member], budget: int) -> list[Member]:
    """The first members, as many as may be transferred."""
    for number, member in enumerate(members):
        budget -= member.compressed_size
        if budget < 0 or member.size > _LARGEST_LIBRARY:
            return members[:number]
    return members


def _batches(members: list[Member]) -> Iterator[list[Member]]:
    """All that are not large together, and then a few at a time."""
    small = [each for each in members if each.compressed_size <= _WORTH_A_LOOK]
    if small:
        yield small
    for start in range(len(small), len(members), _LARGE_AT_ONCE):
        yield members[start : start + _LARGE_AT_ONCE]


def _loaded(kept: bytes) -> WheelNeeds | None:
    try:
        libraries, unread = orjson.loads(kept)
        return WheelNeeds([NativeLibrary(*each) for each in libraries], unread)
    except (ValueError, TypeError):
        return None


def _native_members(source: Source, file: DistributionFile) -> list[Member]:
    size = source.file_size(file)
    start = max(0, size - _TAIL)
    tail = source.read_range(file, start, size - start)
    offset, length = locate(tail, size)
    if length > _LARGEST_DIRECTORY:
        raise FormatError("its directory is too large")
    if offset < start:
        tail = source.read_range(file, offset, start - offset) + tail
        start = offset
    members = read_directory(tail[offset - start : offset - start + length])
    native = [each for each in members if _is_native(each.name) and each.size]
    if len(native) > _MOST_LIBRARIES:
        raise FormatError(f"it has {len(native)} libraries")
    return native


def _is_native(path: str) -> bool:
    basename = path.rpartition("/")[2]
    return basename.endswith(".so") or ".so." in basename


def _read(source: Source, file: DistributionFile, member: Member) -> NativeLibrary | None:
    """What a loader reads of a member; None if it is no library or broken."""
    try:
        content, known = _sparse(member, _pieces(source, file, member))
        elf = read_elf(memoryview(content), known)
    except (FormatError, zlib.error):
        return None
    if elf.kind != SHARED_OBJECT or not elf.dynamic:
        return None
    requires = {
        name: sorted(version for version, weak in versions.items() if not weak)
        for name, versions in elf.requires.items()
    }
    machine = machine_name(elf.machine, elf.bits, elf.byte_order)
    return NativeLibrary(member.name, elf.soname, machine, list(elf.needed), requires)


def _pieces(source: Source, file: DistributionFile, member: Member) -> Iterator[bytes]:
    """The inflated content of a member, piece by piece."""
    data = source.read_range(file, member.offset, min(_CHUNK, member.header_size + member.compressed_size))
    if len(data) < _LOCAL.size or not data.startswith(b"PK\x03\x04"):
        raise FormatError("a member begins outside of it")
    _, name_length, extra_length = _LOCAL.unpack_from(data)
    start = _LOCAL.size + name_length + extra_length
    data = data[start:]
    position, left = member.offset + start + len(data), member.compressed_size - len(data)
    inflate = _inflater(member)
    yield inflate(data)
    chunk = _CHUNK
    while left > 0:
        chunk = min(2 * chunk, _LARGEST_CHUNK)
        data = source.read_range(file, position, min(chunk, left))
        if not data:
            raise FormatError("a member ends outside of it")
        position, left = position + len(data), left - len(data)
        yield inflate(data)


def _inflater(member: Member) -> Callable[[bytes], bytes]:
    if member.method == _STORED:
        return lambda data: data
    if member.method != _DEFLATED:
        raise FormatError(f"a member is compressed by the unknown method {member.method}")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    left = member.size

    def inflate(data: bytes) -> bytes:
        nonlocal left
        inflated = inflater.decompress(data, left + 1)
        left -= len(inflated)
        if left < 0:
            raise FormatError("a member is larger than its directory says")
        return inflated

    return inflate


def _sparse(member: Member, pieces: Iterator[bytes]) -> tuple[mmap.mmap, list[tuple[int, int]]]:
    """The content with only those parts filled in that a loader reads, and where they are; it ends when it has them."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _HEAD:
            break
    size = member.size
    known = ranges(memoryview(head), size)
    wanted = [(0, min(_HEAD, size)), *((offset, offset + length) for offset, length in known)]
    content = mmap.mmap(-1, size)
    end = max(stop for _, stop in wanted)
    _fill(content, wanted, 0, head)
    position = len(head)
    for piece in pieces:
        if position >= end:
            break
        _fill(content, wanted, position, piece)
        position += len(piece)
    return content, [(start, min(stop, position)) for start, stop in wanted if start < position]


def _fill(content: mmap.mmap, wanted: list[tuple[int, int]], position: int, piece: bytes) -> None:
    for start, stop in wanted:
        low, high = max(start, position), min(stop, position + len(piece), len(content))
        if low < high:
            content[low:high] = piece[low - position : high - position]
