"""Which indexes to ask and how; the names are those of pip's options (https://pip.pypa.io/en/stable/cli/pip_install/)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["DEFAULT_INDEX_URL", "IndexOptions"]

DEFAULT_INDEX_URL = "https://pypi.org/simple"
"""What pip asks if nobody says otherwise."""


class IndexOptions(Struct, frozen=True):
    """Where to look for packages. Absent values (None, empty, False) mean "not said", so that layers can be joined.

    The indexes and directories together are one set of files, as pip has it: the newest version wins wherever it is
    listed, and a file that two of them list counts for the first. With `strategy` "first" a project is taken from the
    first index that has it (those of `extra_index_urls` before `index_url`) and from no other, so that nobody can
    publish a newer version of a private name elsewhere. `scopes` does this for chosen names under either strategy.
    """

    index_url: str | None = None
    """None: the one that pip asks by default."""
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    """Directories (paths or file: URLs) and pages that list files."""
    no_index: bool = False
    """Ask no index, not even those of `scopes`, only `find_links`."""
    scopes: tuple[tuple[str, str], ...] = ()
    """(pattern of names, URL of an index): such projects are looked for there and nowhere else; the first
    pattern that fits counts."""
    strategy: Literal["merge", "first"] | None = None
    trusted_hosts: tuple[str, ...] = ()
    """Hosts, or host:port, whose certificates are not checked."""
    cert: str | None = None
    """PEM file of certificate authorities."""
    client_cert: str | None = None
    """PEM file of a client's certificate and key."""
    proxy: str | None = None
    timeout: float | None = None
    """Seconds without an answer; 15 if not said."""
    retries: int | None = None
    """Attempts after a first one that failed; 5 if not said."""
    exclude_newer: datetime | None = None
    """Aware. Files uploaded later, or at a time that the index does not tell, do not exist."""
    offline: bool = False
    """Use only what is in the cache and on this machine's disk."""
    refresh: bool = False
    """Ask again for pages that the cache has, even fresh ones."""
    cache_dir: str | None = None
    """None: keep nothing after the run."""

    def over(self, base: IndexOptions) -> IndexOptions:
        """Both joined: lists of `base` first, single values of this one where they are said."""
        said: dict[str, Any] = {}
        for name in self.__struct_fields__:
            value, below = getattr(self, name), getattr(base, name)
            if isinstance(value, tuple):
                said[name] = (*below, *(each for each in value if each not in below))
            else:
                said[name] = value if value not in (None, False) else below
        if self.no_index:
            said.update(index_url=None, extra_index_urls=())
        return replace(base, **said)
