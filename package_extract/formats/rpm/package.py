"""What a header says about an installed package (tags: lib/rpmtag.h), as `rpm -q --qf` would print it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from package_extract.errors import FormatError
from package_extract.formats.rpm.dependency import CONFLICTS, OBSOLETES, PROVIDES, REQUIRES, dependencies

if TYPE_CHECKING:
    from package_extract.formats.rpm.header import Header

__all__ = ["package", "utc"]

_NAME: Final = 1000
_VERSION: Final = 1001
_RELEASE: Final = 1002
_EPOCH: Final = 1003
_SUMMARY: Final = 1004
_INSTALL_TIME: Final = 1008
_SIZE: Final = 1009
_VENDOR: Final = 1011
_LICENSE: Final = 1014
_ARCH: Final = 1022
_SOURCE_RPM: Final = 1044
_LONG_SIZE: Final = 5009
_MODULARITY_LABEL: Final = 5096

_END_OF_YEAR_9999: Final = 253402300799


def package(header: Header) -> dict[str, Any]:
    """The package of a header, in the field names of the document; a field is None where the header has no such tag."""
    name, version, release = header.text(_NAME), header.text(_VERSION), header.text(_RELEASE)
    if not name or version is None or release is None:
        raise FormatError(f"a header has no name, version or release (name: {name})", code="corrupt-header")
    return {
        "name": name,
        "epoch": header.number(_EPOCH),
        "version": version,
        "release": release,
        "arch": _text(header, _ARCH),
        "source_rpm": _text(header, _SOURCE_RPM),
        "license": _text(header, _LICENSE),
        "vendor": _text(header, _VENDOR),
        "summary": header.text(_SUMMARY),
        "size": header.number(_LONG_SIZE if _LONG_SIZE in header else _SIZE),
        "install_time": utc(header.number(_INSTALL_TIME)),
        "modularity_label": header.text(_MODULARITY_LABEL),
        "requires": dependencies(header, REQUIRES),
        "provides": dependencies(header, PROVIDES),
        "conflicts": dependencies(header, CONFLICTS),
        "obsoletes": dependencies(header, OBSOLETES),
    }


def _text(header: Header, tag: int) -> str | None:
    # rpm prints "(none)" for absent tags, and itself stores that word in the headers of its keys.
    return None if (text := header.text(tag)) == "(none)" else text


def utc(seconds: int | None) -> str | None:
    """RFC 3339 time of seconds since 1970, or None for a time that no calendar has."""
    if seconds is None or not 0 <= seconds <= _END_OF_YEAR_9999:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
