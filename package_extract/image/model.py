"""What every door yields: an image as its manifest, its configuration and its layers in order.

The words are those of the OCI image specification 1.1 (manifest, config, layer, diff_id).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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


class Layer:
    """One layer, base first in `Image.layers`."""

    def __init__(
        self,
        open: Callable[[], RawStream],  # noqa: A002 what it does
        digest: str | None = None,
        diff_id: str | None = None,
        *,
        media_type: str | None = None,
        size: int | None = None,
        ready: Callable[[], bool] = lambda: True,
        directory: str | None = None,
        absent: bool = False,
    ) -> None:
        self.open = open
        """The blob from its first byte, at each call anew; waits until the blob has landed. Safe after `os.fork`."""
        self.digest = digest
        """Digest of the blob as the manifest names it; None where the archive names only diff_ids."""
        self.diff_id = diff_id
        """Digest of the uncompressed tar, from the configuration."""
        self.media_type = media_type
        self.size = size
        """Length of the blob in bytes, as stored."""
        self.ready = ready
        """Whether `open` would return at once. Raises what went wrong if the blob will never land."""
        self.directory = directory
        """A directory that stands for the layer's tar (`rootfs:`); then `open` is not called."""
        self.absent = absent
        """A foreign (non-distributable) layer whose blob is not there; its door has recorded the problem."""


class ImageProblem(NamedTuple):
    """What a door noticed and could leave out."""

    code: str
    message: str
    severity: str = "warning"
    layer: int | None = None


class Image:
    """An opened image. Close it: a door may hold temporary files or a running download."""

    def __init__(
        self,
        reference: str,
        layers: list[Layer],
        config: dict[str, Any] | None = None,
        manifest: dict[str, Any] | None = None,
        *,
        digest: str | None = None,
        index_digest: str | None = None,
        config_digest: str | None = None,
        media_type: str | None = None,
        repo_tags: list[str] | None = None,
    ) -> None:
        self.reference = reference
        """As asked for, without credentials."""
        self.layers = layers
        self.config = config or {}
        """The configuration's JSON; empty for a bare root filesystem."""
        self.manifest = manifest or {}
        self.digest = digest
        """Digest of the chosen manifest; None where the archive has none (docker-archive)."""
        self.index_digest = index_digest
        """Digest of the (outermost) image index that led to the manifest, if one did."""
        self.config_digest = config_digest
        self.media_type = media_type
        """Media type of the manifest."""
        self.repo_tags = repo_tags or []
        self.problems: list[ImageProblem] = []
        self.close: Callable[[], None] = lambda: None

    def __enter__(self) -> Image:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
