"""Pages of the simple repository API in JSON (PEP 691, with the fields of PEP 592, 658, 700 and 714)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from package_extract.errors import FormatError
from package_extract.resolver.index.listing import ListedFile, utc_time
from package_extract.resolver.index.urls import HASHES, join

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_json_page"]

_NEWEST_MAJOR = 1


def read_json_page(data: bytes, base: str) -> Iterator[ListedFile]:
    """The files that the page at `base` lists; entries that are none are left out.

    Raises `FormatError` if it is no such page, or of a later major version of the API.
    """
    import orjson

    try:
        page = orjson.loads(data)
        version = str(page["meta"]["api-version"])
        files = page["files"]
    except (ValueError, LookupError, TypeError) as error:
        raise FormatError("it is no page of the simple repository API") from error
    if version.partition(".")[0] != str(_NEWEST_MAJOR) or not isinstance(files, list):
        raise FormatError(f"it is of version {version[:20]!r} of the simple repository API, which is not known")
    directory = base[: base.rfind("/") + 1]
    return (listed for each in files if (listed := _file(each, directory)) is not None)


def _file(entry: Any, base: str) -> ListedFile | None:
    """One entry. This runs for each of the thousands of files of a page, so that the usual forms come first."""
    try:
        filename, url, hashes = entry["filename"], entry["url"], entry["hashes"]
        if type(filename) is not str or type(url) is not str:
            return None
        get = entry.get
    except (LookupError, TypeError, AttributeError):
        return None
    size, requires, yanked, time, metadata = map(get, _OPTIONAL)
    if metadata is None:
        metadata = get("data-dist-info-metadata")
    values = (
        filename,
        url if url.startswith("https://") and "@" not in url else join(base, url),
        _hashes(hashes),
        size if type(size) is int and size >= 0 else None,
        requires if type(requires) is str and requires else None,
        None if not yanked and yanked != "" else (yanked if type(yanked) is str else ""),
        time if time is None else utc_time(time),
        metadata if metadata is None else _core_metadata(metadata),
    )
    return _new(ListedFile, values)


_new = tuple.__new__  # half the cost of the constructor of a named tuple
_OPTIONAL = ("size", "requires-python", "yanked", "upload-time", "core-metadata")


def _hashes(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    sha256 = value.get("sha256")
    if type(sha256) is str:
        return {"sha256": sha256.lower()}
    return {name: digest.lower() for name, digest in value.items() if name in HASHES and isinstance(digest, str)}


def _core_metadata(value: Any) -> dict[str, str] | Literal[True] | None:
    if isinstance(value, dict):
        return _hashes(value) or True
    return True if value is True else None
