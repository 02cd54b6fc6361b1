"""One pass over a layer's tar: nearly every entry is settled by the loop of `read`, in about a microsecond.

A header with the magic "ustar" is trusted (its blob has a digest); one without it must have the right checksum. The
archive ends at two zero blocks, as for every container runtime: what is joined behind them is not part of the layer.
"""

from __future__ import annotations

from struct import Struct
from typing import TYPE_CHECKING, Protocol

from package_extract.errors import FormatError, LimitExceeded
from package_extract.formats.tar_header import (
    BLOCK,
    Member,
    apply_records,
    extension_records,
    number,
    padded,
    parse,
    pax_records,
    sparse_map,
)

from .contents import LARGE
from .names import normalized

if TYPE_CHECKING:  # making a Protocol takes a millisecond, and each run starts anew
    from .limits import Limits
    from .window import Window

    class Visitor(Protocol):
        """Who is told of the entries. Names are relative to the root."""

        plain: list[bytes]
        """Files that nobody wants: the reader appends their names itself, a call for each would cost too much."""
        large: dict[bytes, int]
        """Large files, wanted or not: the reader puts their sizes here."""

        def flush(self) -> None:
            """Empty `plain`: it is long enough."""

        def directory(self, name: bytes) -> None:
            """Note a directory whose name is as it should be."""

        def link(self, name: bytes, target: bytes) -> None:
            """Note a symbolic link whose name is as it should be."""

        def wanted(self, member: Member, readers: list[int], window: Window) -> None:
            """Read a file whose content the window stands at; the reader passes over what is left of it."""

        def odd(self, message: str) -> None:
            """Note an entry that is left out."""

        def other(self, member: Member) -> None:
            """Note any other entry: a hard link, a whiteout, one without a name or with an odd header."""

    class Selection(Protocol):
        """Which files are wanted: `Matcher` answers for analyzers."""

        tails: set[bytes]
        heads: set[bytes]
        magics: set[bytes]
        every_name: bool

        def readers(self, name: bytes, head: bytes) -> list[int]:
            """Who wants the file of this name that begins with these bytes."""


__all__ = ["TarReader"]

# name, size, type flag, magic, prefix, and the first four bytes behind the header
HEADER = Struct("100s24x12s20xc100x6s82x155s12x4s")
LOOK_AHEAD = BLOCK + 16
USTAR = b"ustar\0"
TRUSTED = frozenset((USTAR, b"ustar "))  # the second is GNU's, which has no prefix
SETTLED = frozenset((b"0", b"2", b"5"))  # files, symbolic links, directories
END = bytes(BLOCK)
EXTENSION_BYTES = 1 << 20
BATCH = 2048
MORE_THAN_NAMES = (b"size", b"linkpath", b"GNU.")
"""Beginnings of the pax records that change more of an entry than its name."""


def _only_hides(name: bytes) -> bool:
    """Whether the dots at the beginning of components mean nothing but that `ls` leaves them out."""
    return not (b"/.wh." in name or b"/./" in name or b"/../" in name or name.endswith((b"/.", b"/..")))


class TarReader:
    """Reads one archive from a window and tells a visitor."""

    def __init__(self, window: Window, selection: Selection, visitor: Visitor, limits: Limits) -> None:
        self.window, self.selection, self.visitor, self.limits = window, selection, visitor, limits
        self.entries = 0
        self._sizes: dict[bytes, tuple[int, int]] = {}
        self._shared_records: dict[bytes, bytes] = {}

    def read(self) -> None:
        """Walk the archive to its end marker, or to the end of the stream if it has none."""
        try:
            self._walk()
        finally:
            self.entries += len(self.visitor.plain)
            self.visitor.flush()
        self._check_entries()

    def _walk(self) -> None:
        window, unpack, plain = self.window, HEADER.unpack_from, self.visitor.plain
        buffer, sizes, add = window.buffer, self._sizes, plain.append
        directory, link = self.visitor.directory, self.visitor.link
        tails, heads, magics = self.selection.tails, self.selection.heads, self.selection.magics
        every_name, asked = self.selection.every_name, self.selection.readers
        position, end = window.position, window.end
        told: bytes | None = None  # what an extended header gave as the name of the next entry
        while True:
            if position + LOOK_AHEAD > end:
                window.position = position
                self._batch(plain)
                window.refill()
                position, end = window.position, window.end
                if end - position < BLOCK:
                    return self._cut_off(told)
            raw_name, raw_size, kind, magic, prefix, head = unpack(buffer, position)
            if magic in TRUSTED and kind in SETTLED:
                name = told or raw_name.partition(b"\0")[0]
                if prefix[0] and magic == USTAR and not told:
                    name = prefix.partition(b"\0")[0] + b"/" + name
                if name < b"0" and name[:2] == b"./":
                    name = name[2:]
                # `find` is twice as fast as `in`
                if name >= b"0" and name.find(b"//") < 0 and (name.find(b"/.") < 0 or _only_hides(name)):
                    told = None
                    if kind != b"0":
                        if kind == b"5":
                            directory(name.rstrip(b"/"))
                        else:
                            link(name.rstrip(b"/"), bytes(buffer[position + 157 : position + 257]).partition(b"\0")[0])
                        self.entries += 1
                        position += BLOCK
                        continue
                    size = sizes.get(raw_size) or self._size(raw_size, name)
                    if name[-3:] in tails or head in magics or name[:12] in heads or every_name:
                        readers = asked(name, bytes(buffer[position + BLOCK : position + BLOCK + min(16, size[0])]))
                        if readers:
                            window.position = position
                            mode = number(bytes(buffer[position + 100 : position + 108]))
                            self._hand_over(Member("file", name, size[0], mode), readers)
                            position, end = window.position, window.end
                            continue
                    add(name)
                    position += size[1]
                    if position > end:
                        window.position = position - size[1]
                        window.skip_file(BLOCK + size[0])
                        position, end = window.position, window.end
                    continue
            window.position = position
            if kind == b"x" and magic == USTAR and told is None:
                told = self._path_of_next()
                if told is not None:
                    position = window.position
                    continue
            if not self._special({} if told is None else {b"path": told}):
                return None
            told, position, end = None, window.position, window.end

    def _batch(self, plain: list[bytes]) -> None:
        """Hand the gathered names on when they are many."""
        if len(plain) > BATCH:
            self.entries += len(plain)
            self.visitor.flush()
            self._check_entries()

    def _check_entries(self) -> None:
        if self.entries > self.limits.entries:
            raise LimitExceeded(f"the layer has more than {self.limits.entries} entries")

    def _size(self, field: bytes, name: bytes) -> tuple[int, int]:
        """The length that a size field tells, and how far it is to the next header; small ones are remembered."""
        size = number(field)
        answer = size, padded(size) + BLOCK
        if size < LARGE:
            self._sizes[field] = answer
        else:
            self.visitor.large[name] = size
        return answer

    def _cut_off(self, told: bytes | None = None) -> None:
        if told is not None:
            self._end(None, {b"path": told})
        if self.window.end > self.window.position:
            raise FormatError("the layer's tar is cut off in the middle of a header", code="truncated-layer")

    def _offer(self, member: Member) -> None:
        """Let the analyzers that want this file read it, and move the window to the next header."""
        window, content = self.window, self.window.position + BLOCK
        readers = self.selection.readers(member.name, bytes(window.view[content : content + min(16, member.stored)]))
        if readers:
            return self._hand_over(member, readers)
        self.visitor.plain.append(member.name)
        return window.skip_file(BLOCK + member.stored)

    def _hand_over(self, member: Member, readers: list[int]) -> None:
        """Let these analyzers read the file whose header the window stands at, and move on to the next header."""
        window = self.window
        self.entries += 1
        window.skip(BLOCK)
        start = window.offset
        self.visitor.wanted(member, readers, window)
        window.skip_file(member.stored - (window.offset - start))

    def _path_of_next(self) -> bytes | None:
        """Pass over the extended header at the window's position: the path that it gives the next entry, or b"".

        None, and nothing is passed over, if it says more than that, or is not all in the window.
        """
        window = self.window
        start = window.position + BLOCK
        size = number(bytes(window.view[start - 388 : start - 376]))
        if self._shared_records or start + padded(size) > window.end:
            return None
        records = pax_records(bytes(window.view[start : start + size]))
        path = records.get(b"path", b"")
        if len(path) > self.limits.name_length or any(key.startswith(MORE_THAN_NAMES) for key in records):
            return None
        window.position = start + padded(size)
        return path

    def _special(self, records: dict[bytes, bytes]) -> bool:
        """Settle the entry at the window's position, whatever it is; False at the end of the archive.

        `records` are those of an extended header that was passed over.
        """
        member = self._next_member(records)
        if member is None:
            return False
        window = self.window
        name = normalized(member.name)
        marker = b".wh." in name and name.rpartition(b"/")[2].startswith(b".wh.")
        member.name = name
        if max(len(name), len(member.link)) > self.limits.name_length:
            self.entries += 1
            self.visitor.odd(f"an entry whose name or link is longer than {self.limits.name_length} bytes is left out")
            window.skip_file(member.stored)
            return True
        if member.kind == "file" and not marker and name:
            if member.stored >= LARGE:
                self.visitor.large[name] = member.stored
            window.position -= BLOCK  # `_offer` begins at a header, as the loop does
            self._offer(member)
            return True
        if member.kind == "other" and not marker and name:  # only what was there before under its name is of interest
            self.visitor.plain.append(name)
            window.skip_file(member.stored)
            return True
        self.entries += 1
        self.visitor.other(member)
        window.skip_file(member.stored)
        return True

    def _next_member(self, records: dict[bytes, bytes]) -> Member | None:
        """Read headers up to the one of an entry; the window then stands at its content. None at the archive's end."""
        while True:
            header = self._block()
            if header is None or header == END:
                self._end(header, records)
                return None
            member = parse(header)
            if not member.extension:
                apply_records(member, self._shared_records | records)
                if member.sparse is not None:
                    sparse_map(member, self._block)
                return member
            if member.stored > EXTENSION_BYTES:
                raise LimitExceeded("an extended tar header is larger than a mebibyte")
            data = bytearray(padded(member.stored))
            self.window.take(len(data), memoryview(data))
            told = extension_records(member.extension, bytes(data[: member.stored]))
            if member.extension == b"g":
                self._shared_records |= told
            else:
                records |= told

    def _block(self) -> bytes | None:
        """The next block, or None at the end of the stream."""
        window = self.window
        if window.position + LOOK_AHEAD > window.end:
            window.refill()
            if window.end - window.position < BLOCK:
                self._cut_off()
                return None
        block = bytes(window.view[window.position : window.position + BLOCK])
        window.position += BLOCK
        return block

    def _end(self, marker: bytes | None, records: dict[bytes, bytes]) -> None:
        if records:
            raise FormatError("the layer's tar ends after an extended header", code="truncated-layer")
        if marker is not None and self._block() not in (None, END):
            raise FormatError("the layer's tar has a lone zero block before its end", code="corrupt-layer")
