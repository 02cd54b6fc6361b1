"""How an image is to be analyzed."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

from package_extract.layer.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from package_extract.image.options import OpenOptions

__all__ = ["AnalyzeOptions", "Verify"]

Verify = Literal["digest", "full", "none"]


class AnalyzeOptions(NamedTuple):
    """Options of one run; the defaults are right for most images."""

    open: OpenOptions | None = None
    """How the image is fetched: platform, credentials, TLS, time limits. None means the defaults."""
    analyzers: tuple[str, ...] | None = None
    """Names of the analyzers to run, with those they build on; None means all that are installed."""
    analyzer_options: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    """Analyzer -> its own options, for example {"abi": {"symbols": True}}."""
    verify: Verify = "digest"
    """What is checked: compressed blobs against their digests; also every diff_id; nothing."""
    jobs: int = 1
    """Worker processes, at most one for each layer; 1 reads in the calling thread."""
    cache_dir: str | None = None
    """Where facts of layers are kept: a directory of this user, or a store's URL; None keeps none."""
    limits: Limits = Limits()
    claims: str | None = None
    """A file in which processes of this machine agree who reads a layer that several of them want; None for one in the
    cache's directory."""

    def __reduce__(self) -> tuple[type[AnalyzeOptions], tuple[Any, ...]]:
        """For pickle, which does not take a mapping that is read-only."""
        return AnalyzeOptions, tuple(self._replace(analyzer_options=dict(self.analyzer_options)))
