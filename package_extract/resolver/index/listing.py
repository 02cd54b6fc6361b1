"""One file as a page of an index lists it, in the terms of PEP 691; pages of all forms are read into this one.

`msgspec` decodes, keeps and encodes it without a Python object for each field: a large page has thousands.
"""

from __future__ import annotations

from msgspec import Struct

__all__ = ["ListedFile"]


class ListedFile(Struct, rename="kebab", omit_defaults=True, gc=False):
    """An entry of `files`. What is written may not make sense yet; `columns` looks at that."""

    filename: str
    url: str
    """Absolute, or relative to the page."""
    hashes: dict[str, str]
    size: int | None = None
    requires_python: str | None = None
    yanked: bool | str | None = False
    """A string is the reason, an empty one as well; as True it has none."""
    upload_time: str | None = None
    core_metadata: bool | dict[str, str] | None = None
    data_dist_info_metadata: bool | dict[str, str] | None = None
    """The older name of `core_metadata`."""
