"""One requirement as pip takes it on its command line or in a file: PEP 508, or the URL or path of a file.

https://packaging.python.org/en/latest/specifications/dependency-specifiers/ and
https://pip.pypa.io/en/stable/cli/pip_install/#argument-handling.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement as NotARequirement
from packaging.requirements import Requirement

from package_extract.resolver.index.file_names import parse_file_name
from package_extract.resolver.index.urls import as_address, file_url
from package_extract.resolver.requirements.request import RequestedPackage

if TYPE_CHECKING:
    from collections.abc import Callable

    from package_extract.errors import PackageExtractError

    Complaint = Callable[[str], PackageExtractError]

__all__ = ["is_directory_requirement", "parse_requirement", "parse_specifier"]

_DIRECT_REFERENCE = re.compile(r"[A-Za-z0-9._-]++\s*+(?:\[[^\]]*+\])?+\s*+@")
_AFTER_URL = re.compile(r"(?<=\S);(?=\s*[\w'\"(])")
_EGG = re.compile(r"(?:^|[#&])egg=([^&]+)")
_PATH_EXTRAS = re.compile(r"(.+?)(\[[^\]]*\])?")
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")


def parse_specifier(text: str, complaint: Complaint) -> Requirement:
    """A requirement as PEP 508 has it; `complaint` makes the error out of a reason."""
    try:
        return Requirement(text)
    except NotARequirement as error:
        reason = str(error).splitlines()[0]
        raise complaint(f"{text[:200]!r} is no requirement: {reason}") from None


def parse_requirement(
    text: str,
    origin: str,
    directory: str,
    complaint: Complaint,
    *,
    hashes: tuple[str, ...] = (),
    editable: bool = False,
) -> RequestedPackage:
    """A requirement as pip has it; relative paths are relative to `directory`.

    The URL or path of a distribution becomes a requirement with that URL, named by the file or by "#egg=".
    """
    if _names_a_file(text):
        requirement = _of_file(text, directory, complaint)
    else:
        # After a URL the specification wants a blank before the semicolon, which pip does without.
        requirement = parse_specifier(_AFTER_URL.sub(" ;", text, count=1), complaint)
    return RequestedPackage(requirement, origin, hashes, editable)


def is_directory_requirement(text: str, directory: str) -> tuple[str, tuple[str, ...]] | None:
    """The directory and extras that a path like "./project[test]" names; None if it names no directory."""
    path, extras = _split_extras(text.removeprefix("file://") if text.startswith("file:///") else text)
    place = os.path.join(directory, os.path.expanduser(path))  # noqa: PTH111, PTH118
    if not _looks_like_path(path) or not os.path.isdir(place):  # noqa: PTH112
        return None
    return place, tuple(extra.strip() for extra in extras.strip("[]").split(",") if extra.strip())


def _names_a_file(text: str) -> bool:
    before_marker = text.partition(";")[0].strip()
    if _DIRECT_REFERENCE.match(before_marker):
        return False
    return "://" in before_marker or before_marker.startswith("file:") or _looks_like_path(before_marker)


def _looks_like_path(text: str) -> bool:
    path = _split_extras(text)[0]
    return path.startswith((".", "/", "~")) or path.lower().endswith(_ARCHIVES) or ("/" in path and "@" not in path)


def _of_file(text: str, directory: str, complaint: Complaint) -> Requirement:
    address, semicolon, marker = text.partition(" ;") if " ;" in text else text.partition("; ")
    url, hash_mark, fragment = address.strip().partition("#")
    url, extras = _split_extras(url)
    if "://" not in url and not url.startswith("file:"):
        url = file_url(os.path.join(directory, os.path.expanduser(unquote(url))))  # noqa: PTH111, PTH118
    egg = _EGG.search(hash_mark + fragment)
    name = unquote(egg[1]) if egg else _name_in(url, complaint)
    condition = f" ; {marker}" if semicolon else ""
    return parse_specifier(
        f"{name}{extras} @ {url}{'#' + fragment if fragment and not egg else ''}{condition}", complaint
    )


def _name_in(url: str, complaint: Complaint) -> str:
    filename = unquote(urlsplit(url).path.rpartition("/")[2])
    parts = parse_file_name(filename)
    if parts is None:
        raise complaint(f"{as_address(url).url} names no wheel or source distribution; write NAME @ URL")
    return parts.project


def _split_extras(text: str) -> tuple[str, str]:
    found = _PATH_EXTRAS.fullmatch(text)
    return (found[1], found[2] or "") if found else (text, "")
