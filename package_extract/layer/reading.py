"""One layer, however it is stored, read once: its blob verified, its entries gathered, its wanted files analyzed."""

from __future__ import annotations

import hashlib
from contextlib import closing
from typing import TYPE_CHECKING

from package_extract.errors import CorruptImage, DigestMismatch, FormatError, LimitExceeded
from package_extract.formats.compression import decompress

from .again import content_again, read_again
from .collector import Collector
from .counted_blob import CountedBlob, nature
from .tar import TarReader
from .window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from package_extract.image.model import Layer, RawStream
    from package_extract.plugin import Analyzer

    from .ahead import DecompressedAhead
    from .contents import LayerContents
    from .limits import Limits
    from .matcher import Matcher

__all__ = ["LayerReader"]

MAXIMUM_HOPS = 40
AHEAD_FROM = 4 << 20
"""Compressed bytes: for less, starting a process takes longer than what it saves."""


class LayerReader:
    """Reads layers for a fixed set of analyzers."""

    def __init__(self, analyzers: Sequence[Analyzer], matcher: Matcher, limits: Limits, verify: str) -> None:
        """`verify` is "digest" (compressed blobs), "full" (diff_ids too) or "none"."""
        self.analyzers, self.matcher, self.limits, self.verify = analyzers, matcher, limits, verify

    def read(
        self, layer: Layer, subject: str, passed: Callable[[int], None] = lambda _: None, *, ahead: bool = False
    ) -> LayerContents:
        """What the layer says. `subject` names it in errors; `passed` is told how many stored bytes have been read.

        `ahead` lets another process decompress a blob that is worth it.
        Raises `DigestMismatch` or `CorruptImage` where the blob is not what the manifest says. A blob that is, but
        whose tar is broken, gives what could be read and an entry under `problems`.
        """
        if layer.directory is not None:
            from .directory import read_directory

            return read_directory(layer.directory, Collector(self.analyzers, self.matcher, self.limits), self.limits)
        raw = layer.open()
        try:
            return self._read_blob(layer, raw, subject, passed, ahead=ahead)
        finally:
            raw.close()

    def _read_blob(
        self, layer: Layer, raw: RawStream, subject: str, passed: Callable[[int], None], *, ahead: bool
    ) -> LayerContents:
        compression, length = nature(raw)
        if layer.size is not None and length != layer.size:
            raise CorruptImage(f"{subject} has {length} bytes instead of {layer.size}; fetch it again")
        if compression == "none" and self.verify != "full":
            blob = CountedBlob(raw, None, passed)
            return self._gather(layer, blob, Window(blob, self.limits, blob, plain_size=length), subject)
        digest = layer.digest if self.verify != "none" else None
        if ahead and compression != "none" and length >= AHEAD_FROM:
            from .ahead import DecompressedAhead
            from .ahead_window import AheadWindow

            with closing(DecompressedAhead(raw, digest, compression, passed)) as slots:
                return self._gather(layer, slots, AheadWindow(slots, self.limits), subject)
        blob = CountedBlob(raw, digest, passed)
        return self._gather(layer, blob, Window(decompress(blob, compression), self.limits, blob), subject)

    def _gather(
        self, layer: Layer, blob: CountedBlob | DecompressedAhead, window: Window, subject: str
    ) -> LayerContents:
        if self.verify == "full":
            window.hash = hashlib.sha256()
        collector = Collector(self.analyzers, self.matcher, self.limits)
        whole = self._walk(window, collector)
        collector.contents.verified_digest = self._check(layer, blob, window if whole else None, subject)
        last = collector.contents.problems[-1] if collector.contents.problems else {}
        if last.get("code") == "corrupt-stream" and blob.expected is None:  # no digest says that it has to be like that
            raise CorruptImage(f"{subject} cannot be read: {last['message']}")
        collector.flush()
        self._read_link_targets(layer, collector)
        return collector.finish()

    def _read_link_targets(self, layer: Layer, collector: Collector) -> None:
        """Read the files that nobody wanted under their own name, but somebody under that of a hard link to them."""
        nodes = collector.contents.nodes
        readers: dict[bytes, set[int]] = {}
        for name, node in nodes.items():
            if isinstance(node, tuple) and len(node) == 1:
                target, hops = node[0], 0
                while isinstance(further := nodes.get(target), tuple) and len(further) == 1 and hops < MAXIMUM_HOPS:
                    target, hops = further[0], hops + 1
                unread = self.matcher.by_name(name) - self.matcher.by_name(target)
                if unread:
                    readers.setdefault(target, set()).update(unread)
        if readers:
            read_again(
                layer,
                set(readers),
                self.limits,
                lambda member, window: collector.wanted_as_link(member, sorted(readers[member.name]), window),
            )

    def content(self, layer: Layer, name: str, limit: int) -> bytes | None:
        """The first `limit` bytes of one file of a layer, read again."""
        return content_again(layer, name.encode("utf-8", "surrogateescape"), self.limits, limit)

    def _walk(self, window: Window, collector: Collector) -> bool:
        """Read the tar, then its stream to the end; False if the end was not reached."""
        tar = TarReader(window, self.matcher, collector, self.limits)
        whole = False
        for step in (tar.read, window.drain):
            try:
                step()
                whole = step == window.drain
            except FormatError as error:
                collector.problem(error.code, str(error), None)
                if error.code == "corrupt-stream":
                    break
            except LimitExceeded as error:
                collector.problem("limit", str(error), None)
                break
        collector.contents.entries = tar.entries
        collector.contents.size = window.offset
        return whole

    def _check(
        self, layer: Layer, blob: CountedBlob | DecompressedAhead, window: Window | None, subject: str
    ) -> str | None:
        """Hold the blob and, if its stream was read to the end, the tar against their digests; return the blob's."""
        found = blob.drain()
        if found is not None and blob.expected is not None and found != blob.expected:
            raise DigestMismatch(subject, blob.expected, found)
        if window is not None and window.hash is not None and layer.diff_id is not None:
            diff_id = f"sha256:{window.hash.hexdigest()}"
            if diff_id != layer.diff_id:
                raise DigestMismatch(f"the tar of {subject}", layer.diff_id, diff_id)
        return found
