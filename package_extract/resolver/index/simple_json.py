"""Pages of the simple repository API in JSON (PEP 691, with the fields of PEP 592, 658, 700 and 714)."""

from __future__ import annotations

from typing import Any

import msgspec

from package_extract.errors import FormatError
from package_extract.resolver.index.listing import ListedFile

__all__ = ["read_json_page"]

_NEWEST_MAJOR = "1"


class _Meta(msgspec.Struct, rename="kebab"):
    api_version: str


class _Page(msgspec.Struct):
    meta: _Meta
    files: list[ListedFile]


class _LoosePage(msgspec.Struct):
    meta: _Meta
    files: list[Any]


_decode = msgspec.json.Decoder(_Page).decode
_decode_loosely = msgspec.json.Decoder(_LoosePage).decode


def read_json_page(data: bytes) -> list[ListedFile]:
    """The files that a page lists; entries that are none are left out, fields of another type are absent.

    Raises `FormatError` if it is no such page, or of a later major version of the API.
    """
    files: list[ListedFile]
    try:
        page: _Page | _LoosePage = _decode(data)
        files = page.files
    except (msgspec.DecodeError, RecursionError):
        page = _loosely(data)
        files = [file for entry in page.files if (file := _file(entry)) is not None]
    version = page.meta.api_version
    if version.partition(".")[0] != _NEWEST_MAJOR:
        raise FormatError(f"it is of version {version[:20]!r} of the simple repository API, which is not known")
    return files


def _loosely(data: bytes) -> _LoosePage:
    try:
        return _decode_loosely(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise FormatError("it is no page of the simple repository API") from error


def _file(entry: Any) -> ListedFile | None:
    """An entry of which at least one field is of another type than it should be."""
    if not isinstance(entry, dict):
        return None
    good = {}
    for name, value in entry.items():
        try:
            msgspec.convert({**_LEAST, name: value}, ListedFile)
        except msgspec.ValidationError:
            continue
        good[name] = value
    try:
        return msgspec.convert({"hashes": {}, **good}, ListedFile)
    except msgspec.ValidationError:
        return None


_LEAST = {"filename": "", "url": "", "hashes": {}}
