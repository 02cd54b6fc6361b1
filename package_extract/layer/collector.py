"""Gathers what a layer says: nodes, whiteouts, and the facts that analyzers make of the files they want."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from package_extract.errors import FormatError, LimitExceeded

from .content import WHOLE, ContentReader, FileContent
from .contents import DIRECTORY, MOST_LARGE_FILES, LayerContents, Node, PlainNames
from .names import OPAQUE, WHITEOUT, normalized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.formats.tar_header import Member
    from package_extract.plugin import Analyzer

    from .limits import Limits
    from .matcher import Matcher
    from .window import Window

__all__ = ["Collector"]


class Collector:
    """The `Visitor` of the tar reader."""

    def __init__(self, analyzers: Sequence[Analyzer], matcher: Matcher, limits: Limits) -> None:
        self.analyzers, self.matcher = analyzers, matcher
        self.contents = LayerContents()
        self.names = PlainNames(self.contents.nodes)
        self.plain = self.names.chunk
        self.large = self.contents.large
        self.directory = self.names.add_directory
        self.link = self.node
        self.reader = ContentReader(limits)
        for analyzer in analyzers:
            self.contents.facts[analyzer.name] = {}
            self.contents.files_read[analyzer.name] = 0
            self.contents.seconds[analyzer.name] = 0.0

    def flush(self) -> None:
        """Pack the gathered plain names; facts of files that they replaced are dropped."""
        for name in self.names.flush():
            self._forget(name)
        self._keep_largest(8 * MOST_LARGE_FILES)

    def finish(self) -> LayerContents:
        """Everything that was gathered."""
        self.flush()
        self.contents.plain = self.names.packed
        self._keep_largest(MOST_LARGE_FILES)
        return self.contents

    def _keep_largest(self, count: int) -> None:
        large = self.contents.large
        if len(large) > count:
            names = sorted(large, key=large.__getitem__, reverse=True)[:MOST_LARGE_FILES]
            self.large = self.contents.large = {name: large[name] for name in names}

    def other(self, member: Member) -> None:
        """A directory, a link, or a whiteout marker."""
        name = member.name
        parent, _, base = name.rpartition(b"/")
        if base.startswith(WHITEOUT):  # of whatever kind, as container runtimes take it
            self._whiteout(parent, base)
        elif member.kind == "directory":
            self.node(name, DIRECTORY)
        elif not name:
            self.odd(f"an entry that is a {member.kind} has no name and is left out")
        elif member.kind == "symbolic link":
            self.node(name, member.link)
        else:
            self.node(name, (normalized(member.link),))

    def _whiteout(self, parent: bytes, base: bytes) -> None:
        if base == OPAQUE:
            self.contents.opaque.append(parent)
        elif base != WHITEOUT and not base.startswith(WHITEOUT + WHITEOUT):  # .wh..wh.* are aufs' own, but for opaque
            removed = base[len(WHITEOUT) :]
            self.contents.whiteouts.append(parent + b"/" + removed if parent else removed)

    def node(self, name: bytes, node: Node) -> None:
        """Record an entry that the squashed tree will know; what was there before under its name is forgotten."""
        if name in self.contents.nodes and node is not DIRECTORY:
            self._forget(name)
            del self.contents.nodes[name]  # it stands where the last of the name does
        self.names.add_node(name, node)

    def _forget(self, name: bytes) -> None:
        for facts in self.contents.facts.values():
            facts.pop(name, None)

    def wanted(self, member: Member, readers: list[int], window: Window) -> None:
        """Bring a file's content into memory and hand it to the analyzers that want it."""
        self.node(member.name, (member.size, member.mode))
        self._content(member, readers, window)

    def wanted_as_link(self, member: Member, readers: list[int], window: Window) -> None:
        """The same for those that want it under the name of a hard link; what others read of it before stays."""
        if member.name not in self.contents.nodes:
            self.node(member.name, (member.size, member.mode))
        self._content(member, readers, window)

    def _content(self, member: Member, readers: list[int], window: Window) -> None:
        path = member.name.decode("utf-8", "surrogateescape")
        analyzers = [self.analyzers[reader] for reader in readers]
        try:
            content = self.reader.read(window, member, [a.ranges for a in analyzers] if member.size > WHOLE else [])
        except LimitExceeded as error:
            for analyzer in analyzers:
                self.problem("limit", str(error), path, analyzer.name)
            return
        self.hand_over(member.name, FileContent(path, member.size, member.mode, content), readers)

    def hand_over(self, name: bytes, file: FileContent, readers: list[int]) -> None:
        """Let each of the analyzers read the file."""
        for reader in readers:
            self._read(self.analyzers[reader], name, file)

    def _read(self, analyzer: Analyzer, name: bytes, file: FileContent) -> None:
        contents, started = self.contents, perf_counter()
        contents.files_read[analyzer.name] += 1
        try:
            fact = analyzer.read(file)
        except FormatError as error:
            self.problem(error.code, str(error), file.path, analyzer.name)
        except MemoryError:  # a fault of this run, which the facts of a layer must not keep
            raise
        except Exception as error:  # noqa: BLE001 an analyzer's mistake must not take the document down
            self.problem("analyzer-error", f"{type(error).__name__}: {error}", file.path, analyzer.name)
        else:
            if fact is not None:
                contents.facts[analyzer.name][name] = fact
        contents.seconds[analyzer.name] += perf_counter() - started

    def odd(self, message: str) -> None:
        """An entry is left out: told once for each reason, however often a layer does it."""
        if not any(problem["message"] == message for problem in self.contents.problems):
            self.problem("odd-entry", message, None, severity="warning")

    def problem(
        self, code: str, message: str, path: str | None, analyzer: str = "image", severity: str = "error"
    ) -> None:
        """Record a problem of this layer; the pipeline adds the layer's index."""
        problem: dict[str, Any] = {"analyzer": analyzer, "code": code, "severity": severity}
        self.contents.problems.append({**problem, "path": path, "message": message})
