"""A stream of plain bytes seen through one reused buffer: headers are looked at in place, the rest is skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.errors import FormatError, LimitExceeded, PackageExtractError
from package_extract.formats.tar_header import BLOCK

if TYPE_CHECKING:
    import hashlib
    from mmap import mmap

    from package_extract.formats.compression import PlainStream
    from package_extract.layer.ahead import DecompressedAhead
    from package_extract.layer.counted_blob import CountedBlob
    from package_extract.layer.limits import Limits

__all__ = ["CUT_OFF", "Window", "corrupt_stream"]

STREAMED = 1 << 20  # measured: 64 KiB costs a fifth more, 4 MiB gains nothing
SEEKED = 1 << 16
MARGIN = 16
RATIO_FROM = 64 << 20
CUT_OFF = "the layer's tar is cut off in the middle of a file"


def corrupt_stream(error: Exception) -> FormatError:
    """What a decompressor's own error is for the layer."""
    return FormatError(f"the layer cannot be decompressed: {error}", code="corrupt-stream")


class Window:
    """`buffer[position:end]` are the next bytes of the stream; whoever reads them moves `position` on.

    `buffer` has a few spare bytes behind its end, so that a look just past a header never fails.
    """

    def __init__(
        self,
        stream: PlainStream,
        limits: Limits,
        blob: CountedBlob | DecompressedAhead,
        *,
        plain_size: int | None = None,
    ) -> None:
        """`plain_size` is the blob's length where nothing needs to be decompressed or hashed: then skipping seeks."""
        self.stream, self.limits, self.blob = stream, limits, blob
        self.plain_size = plain_size
        self.capacity = STREAMED if plain_size is None else SEEKED
        self.buffer: bytearray | mmap = bytearray(self.capacity + MARGIN)
        self.view = memoryview(self.buffer)
        self.position = self.end = 0
        self.before = 0
        """The offset in the stream of what would be at position 0."""
        self.hash: hashlib._Hash | None = None
        """Set to compute the digest of the uncompressed bytes."""

    @property
    def offset(self) -> int:
        """How many bytes of the stream have been passed."""
        return self.before + self.position

    def refill(self) -> bool:
        """Move what is left to the front and read on; False if the stream gave nothing more."""
        left = self.end - self.position
        self.view[:left] = self.view[self.position : self.end]
        self.before += self.position
        self.position, self.end = 0, left
        more = False
        while self.end < self.capacity:
            count = self._read(self.view[self.end : self.capacity])
            if not count:
                break
            self.end += count
            more = True
        return more

    def _read(self, target: memoryview) -> int:
        try:
            count = self.stream.readinto(target)
        except PackageExtractError:
            raise
        except Exception as error:  # each decompressor has its own kinds
            raise corrupt_stream(error) from error
        if count:
            self._passed(target[:count], self.before + self.end + count)
        return count

    def _passed(self, data: memoryview, total: int) -> None:
        """Hash what has come, and hold all that has come so far against the limits."""
        if self.hash:
            self.hash.update(data)
        limits = self.limits
        if total > limits.layer_bytes:
            raise LimitExceeded(f"the layer is larger than {limits.layer_bytes} bytes")
        if total > RATIO_FROM and total > limits.ratio * self.blob.passed:
            raise LimitExceeded(f"the layer decompresses to more than {limits.ratio} times its size")

    def skip_file(self, count: int) -> None:
        """Pass over the bytes of a file and the padding to the next block, which some writers leave out at the end."""
        padding = -(self.offset + count) % BLOCK
        self.skip(count + padding, padding)

    def skip(self, count: int, spare: int = 0) -> None:
        """Pass over bytes; beyond the end of the stream is an error, but for the last `spare` of them."""
        position = self.position + count
        if position <= self.end:
            self.position = position
            return
        if self.plain_size is not None:
            target = self.before + position
            if target - spare > self.plain_size:
                raise FormatError(CUT_OFF, code="truncated-layer")
            target = min(target, self.plain_size)
            self.blob.raw.seek(target)
            self.before, self.position, self.end = target, 0, 0
            return
        while position > self.end:
            rest, self.position = position - self.end, self.end
            if not self.refill():
                if rest > spare:
                    raise FormatError(CUT_OFF, code="truncated-layer")
                rest = 0
            position = self.position + rest
        self.position = position

    def take(self, count: int, target: memoryview) -> None:
        """Copy the next `count` bytes to the front of `target` and pass over them."""
        done = min(count, self.end - self.position)
        target[:done] = self.view[self.position : self.position + done]
        self.position += done
        if done == count:
            return
        self.before += self.end  # the buffer is used up: what is still to come need not go through it
        self.position = self.end = 0
        while done < count:
            part = self._read(target[done : min(count, done + STREAMED)])
            if not part:
                raise FormatError(CUT_OFF, code="truncated-layer")
            self.before += part
            done += part

    def drain(self) -> None:
        """Pass over the rest of the stream."""
        if self.plain_size is not None:
            self.before, self.position, self.end = self.plain_size, 0, 0
            return
        self.position = self.end
        while self.refill():
            self.position = self.end
