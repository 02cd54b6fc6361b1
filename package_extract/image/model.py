"""What every door yields: an image as its manifest, its configuration and its layers in order.

The words are those of the OCI image specification 1.1 (manifest, config, layer, diff_id).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # making a Protocol takes a millisecond, and each run starts anew
    from collections.abc import Callable
    from typing import Protocol

    class RawStream(Protocol):
        """Bytes of a blob, unbuffered: `io.FileIO` fits."""

        def readinto(self, buffer: memoryview, /) -> int:
            """Fill the buffer as far as possible; 0 means the end."""

        def seek(self, offset: int, whence: int = 0, /) -> int:
            """As `io.IOBase.seek`, within the blob."""

        def close(self) -> None:
            """Release what is open."""


__all__ = [
    "Image",
    "ImageProblem",
    "Layer",
]


@dataclass
class Layer:
    """One layer, base first in `Image.layers`."""

    open: Callable[[], RawStream]
    """The blob from its first byte, at each call anew; waits until the blob has landed. Safe after `os.fork`."""
    digest: str | None = None
    """Digest of the blob as the manifest names it; None where the archive names only diff_ids."""
    diff_id: str | None = None
    """Digest of the uncompressed tar, from the configuration."""
    media_type: str | None = None
    size: int | None = None
    """Length of the blob in bytes, as stored."""
    ready: Callable[[], bool] = lambda: True
    """Whether `open` would return at once. Raises what went wrong if the blob will never land."""
    directory: str | None = None
    """A directory that stands for the layer's tar (`rootfs:`); then `open` is not called."""
    absent: bool = False
    """A foreign (non-distributable) layer whose blob is not there; its door has recorded the problem."""


@dataclass
class ImageProblem:
    """What a door noticed and could leave out."""

    code: str
    message: str
    severity: str = "warning"
    layer: int | None = None


@dataclass
class Image:
    """An opened image. Close it: a door may hold temporary files or a running download."""

    reference: str
    """As asked for, without credentials."""
    layers: list[Layer]
    config: dict[str, Any] = field(default_factory=dict)
    """The configuration's JSON; empty for a bare root filesystem."""
    manifest: dict[str, Any] = field(default_factory=dict)
    digest: str | None = None
    """Digest of the chosen manifest; None where the archive has none (docker-archive)."""
    index_digest: str | None = None
    """Digest of the (outermost) image index that led to the manifest, if one did."""
    config_digest: str | None = None
    media_type: str | None = None
    """Media type of the manifest."""
    repo_tags: list[str] = field(default_factory=list)
    problems: list[ImageProblem] = field(default_factory=list)
    close: Callable[[], None] = lambda: None

    def __enter__(self) -> Image:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
