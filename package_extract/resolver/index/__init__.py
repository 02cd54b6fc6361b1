"""Package indexes: their pages, files, metadata and cache, as a `Source`.

>>> with open_source(IndexOptions()) as source:              # doctest: +SKIP
...     source.project("flask").versions[-1]
'3.1.3'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.index.options import IndexOptions

if TYPE_CHECKING:
    from package_extract.resolver.source import Source

__all__ = ["IndexOptions", "open_source"]


def open_source(options: IndexOptions) -> Source:
    """The source that some options describe. Nothing is asked before something is wanted."""
    from package_extract.resolver.index.index_source import IndexSource

    return IndexSource(options)
