"""One matcher for the `wants` of all analyzers: which of them want a file of this name and these first bytes.

Nearly every file of an image is wanted by nobody, so the reader of tars asks three set look-ups first (`tails`,
`heads`, `magics`) and calls `readers` only where one of them hits.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.plugin import FilePatterns

__all__ = ["Matcher"]

TAIL = 3
HEAD = 12
MAGIC = 4
WILD = re.compile(r"[*?\[]")


class Matcher:
    """The patterns of several analyzers, compiled. Analyzers are known by their position."""

    def __init__(self, patterns: Sequence[FilePatterns]) -> None:
        self.tails: set[bytes] = set()
        """Last three bytes of names that may be wanted."""
        self.heads: set[bytes] = set()
        """First twelve bytes of names that may be wanted."""
        self.magics: set[bytes] = set()
        """First four bytes of contents that may be wanted."""
        self.every_name = False
        """Whether some pattern has neither a literal head nor a literal tail, so that each name must be asked about."""
        self._paths: dict[bytes, list[int]] = {}
        self._basenames: dict[bytes, list[int]] = {}
        self._suffixes: list[tuple[bytes, int]] = []
        self._globs: dict[bytes, list[tuple[re.Pattern[bytes], int]]] = {}
        """By the last three bytes of the names that they match, or the first twelve, or b'' if neither is known."""
        self._contents: list[tuple[bytes, int]] = []
        for reader, wants in enumerate(patterns):
            self._add(reader, wants)
        self._all_suffixes = tuple({suffix for suffix, _ in self._suffixes})

    def _add(self, reader: int, wants: FilePatterns) -> None:
        for table, names in ((self._paths, wants.paths), (self._basenames, wants.basenames)):
            for name in map(str.encode, names):
                table.setdefault(name, []).append(reader)
                self.tails.add(name[-TAIL:])
        if any(len(name.encode()) < TAIL for name in wants.basenames):
            self.every_name = True  # a path's last three bytes can be anything then
        for suffix in map(str.encode, wants.suffixes):
            if len(suffix) < TAIL:
                raise ValueError(f"the suffix {suffix!r} is shorter than {TAIL} bytes")
            self._suffixes.append((suffix, reader))
            self.tails.add(suffix[-TAIL:])
        for glob in wants.globs:
            self._globs.setdefault(self._gate(glob), []).append((_compiled(glob), reader))
        for magic in wants.magics:
            if len(magic) < MAGIC:
                raise ValueError(f"the magic {magic!r} is shorter than {MAGIC} bytes")
            self._contents.append((magic, reader))
            self.magics.add(magic[:MAGIC])

    def _gate(self, glob: str) -> bytes:
        """Let the names that the glob may match pass, and return what they end or begin with, if that is known."""
        parts = WILD.split(glob)
        if len(parts[-1]) >= TAIL and "]" not in parts[-1]:
            tail = parts[-1].encode()[-TAIL:]
            self.tails.add(tail)
            return tail
        head = parts[0].encode()[:HEAD]
        if len(head) == HEAD:
            self.heads.add(head)
            return head
        self.every_name = True
        return b""

    def by_name(self, name: bytes) -> set[int]:
        """The readers that want a file because of its name."""
        found = set(self._basenames.get(name.rpartition(b"/")[2], ()))
        if name in self._paths:
            found.update(self._paths[name])
        if name.endswith(self._all_suffixes):
            found.update(reader for suffix, reader in self._suffixes if name.endswith(suffix))
        for known in (name[-TAIL:], name[:HEAD], b""):
            for pattern, reader in self._globs.get(known, ()):
                if reader not in found and pattern.fullmatch(name):
                    found.add(reader)
        return found

    def readers(self, name: bytes, head: bytes) -> list[int]:
        """The readers that want a file of this name, or one that begins with these bytes, in order."""
        found = self.by_name(name)
        if head[:MAGIC] in self.magics:
            found.update(reader for magic, reader in self._contents if head.startswith(magic))
        return sorted(found)


def _compiled(glob: str) -> re.Pattern[bytes]:
    """A path glob as a pattern: "**/" is any number of directories, "*" and "?" stay within a component."""
    pattern = ""
    for part in re.split(r"(\*\*/|\*|\?|\[[^\]]*\])", glob):
        if part == "**/":
            pattern += r"(?:[^/]+/)*"
        elif part == "*":
            pattern += r"[^/]*"
        elif part == "?":
            pattern += r"[^/]"
        elif part.startswith("[") and part.endswith("]"):
            pattern += f"[{'^' + part[2:-1] if part[1] in '!^' else part[1:-1]}]"
        else:
            pattern += re.escape(part)
    return re.compile(pattern.encode(), re.DOTALL)
