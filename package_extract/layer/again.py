"""A layer read a second time for a few named files: slow, and rarely needed.

Two things ask for it: a hard link whose name is wanted while its target's was not, so that the content went by unread;
and an analyzer that must put two files together, such as a database and its write-ahead log.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from package_extract.errors import FormatError, LimitExceeded
from package_extract.formats.compression import decompress

from .counted_blob import CountedBlob, nature
from .tar import TarReader
from .window import Window

if TYPE_CHECKING:
    from collections.abc import Callable

    from package_extract.formats.tar_header import Member
    from package_extract.image.model import Layer

    from .limits import Limits

    Found = Callable[[Member, Window], None]

__all__ = ["content_again", "read_again"]


class _Names:
    """A matcher for whole names."""

    def __init__(self, names: set[bytes]) -> None:
        self.names = names
        self.heads: set[bytes] = set()
        self.magics: set[bytes] = set()
        self.every_name = False
        self.tails = {name[-3:] for name in names}

    def readers(self, name: bytes, head: bytes) -> list[int]:  # noqa: ARG002 as `Matcher.readers`
        return [0] if name in self.names else []


class _Finder:
    """A visitor that is told of the named files only."""

    def __init__(self, found: Found) -> None:
        self.plain: list[bytes] = []
        self.large: dict[bytes, int] = {}
        self.found = found

    def flush(self) -> None:
        self.plain.clear()

    def directory(self, name: bytes) -> None:
        """Of no interest here."""

    def link(self, name: bytes, target: bytes) -> None:
        """Of no interest here."""

    def wanted(self, member: Member, readers: list[int], window: Window) -> None:  # noqa: ARG002 as `Visitor.wanted`
        self.found(member, window)

    def other(self, member: Member) -> None:
        """Of no interest here."""

    def odd(self, message: str) -> None:
        """Told when the layer was first read."""


def read_again(layer: Layer, names: set[bytes], limits: Limits, found: Found) -> None:
    """Call `found` for each file of these names, with the window at its content. A broken tar ends the search."""
    raw = layer.open()
    try:
        compression, length = nature(raw)
        blob = CountedBlob(raw, None)
        window = Window(
            decompress(blob, compression), limits, blob, plain_size=length if compression == "none" else None
        )
        TarReader(window, _Names(names), _Finder(found), limits).read()
    except (FormatError, LimitExceeded):
        return  # told when the layer was first read
    finally:
        raw.close()


def content_again(layer: Layer, name: bytes, limits: Limits, limit: int) -> bytes | None:
    """The first `limit` bytes of one file, or None if it is not there. Of several with the name, the last counts."""
    if layer.directory is not None:
        return _from_directory(layer.directory, name, limit)
    answer: list[bytes] = []

    def found(member: Member, window: Window) -> None:
        if member.sparse is None:
            data = bytearray(min(limit, member.size))
            window.take(len(data), memoryview(data))
        else:
            data = bytearray(min(limit, member.size))
            for offset, length in member.sparse:
                piece = bytearray(max(0, min(length, len(data) - offset)))
                window.take(len(piece), memoryview(piece))
                data[offset : offset + len(piece)] = piece
                window.skip(length - len(piece))
        answer.append(bytes(data))

    read_again(layer, {name}, limits, found)
    return answer[-1] if answer else None


def _from_directory(root: str, name: bytes, limit: int) -> bytes | None:
    """`name` comes from a walk that followed no link; one that appeared since is not followed either."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        *parents, last = name.split(b"/")
        for flags, part in [*((os.O_DIRECTORY, parent) for parent in parents), (os.O_NONBLOCK, last)]:
            inner = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        with open(descriptor, "rb", closefd=False) as file:
            return file.read(limit)
    except OSError:
        return None
    finally:
        os.close(descriptor)
