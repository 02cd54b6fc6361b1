"""Package lists of images without a package database: `/var/lib/rpmmanifest` of CBL-Mariner and Azure Linux.

`container-manifest-1` has the lines of `rpm -qa`; `container-manifest-2` has tab-separated lines of the query format
%{NAME} %{VERSION}-%{RELEASE} %{INSTALLTIME} %{BUILDTIME} %{VENDOR} %{EPOCH} %{SIZE} %{ARCH} %{EPOCHNUM} %{SOURCERPM}.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from package_extract.errors import FormatError
from package_extract.formats.rpm.package import utc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["packages"]

_COLUMNS: Final = 10
_ABSENT: Final = "(none)"
_NOTHING_KNOWN: Final[dict[str, Any]] = dict.fromkeys(
    ("epoch", "source_rpm", "license", "vendor", "summary", "size", "install_time", "modularity_label")
)


def packages(content: bytes, report: Callable[[FormatError], None]) -> Iterator[dict[str, Any]]:
    """The packages of a list of either kind; lines of neither kind are reported."""
    for number, raw in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
        line = raw.removesuffix("\r")
        if not line.strip():
            continue
        try:
            package = _from_columns(line.split("\t")) if "\t" in line else _from_name(line.strip())
        except ValueError:
            report(FormatError(f"line {number} of the manifest is no package"))
        else:
            yield package | {"requires": [], "provides": [], "conflicts": [], "obsoletes": []}


def _from_columns(columns: list[str]) -> dict[str, Any]:
    name, evr, installed, _, vendor, epoch, size, arch, _, source = columns[:_COLUMNS]
    version, _, release = evr.rpartition("-")
    if not (name and version and release):
        raise ValueError(evr)
    return _NOTHING_KNOWN | {
        "name": name,
        "epoch": _number(epoch),
        "version": version,
        "release": release,
        "arch": _text(arch),
        "source_rpm": _text(source),
        "vendor": _text(vendor),
        "size": _number(size),
        "install_time": utc(_number(installed)),
    }


def _from_name(text: str) -> dict[str, Any]:
    """`name-version-release.arch`, or `gpg-pubkey-version-release`, which has no architecture."""
    rest, _, release = text.rpartition("-")
    name, _, version = rest.rpartition("-")
    release, _, arch = release.rpartition(".") if "." in release else (release, "", _ABSENT)
    if not (name and version and release) or " " in text:
        raise ValueError(text)
    return _NOTHING_KNOWN | {"name": name, "version": version, "release": release, "arch": _text(arch)}


def _number(text: str) -> int | None:
    return None if text == _ABSENT else int(text)


def _text(text: str) -> str | None:
    return None if text == _ABSENT else text
