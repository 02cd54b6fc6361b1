"""What the version of an interpreter is, from everything in the image that tells it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.formats.python_binary import version_from_hex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.plugin import Owner

__all__ = ["Evidence", "from_binary", "package_version"]

_UPSTREAM_VERSION = re.compile(r"(?:\d+:)?(\d\.\d{1,2}\.\d{1,3})(?:[~._]?(a|b|rc)(\d{1,2}))?(?![\d.])").match


class Evidence:
    """Statements about one interpreter's version, the most reliable first."""

    def __init__(self) -> None:
        self.statements: list[dict[str, str]] = []

    def add(self, source: str, path: str, version: str | None) -> None:
        """Add a statement, if there is one."""
        if version and re.match(r"\d+\.\d", version):
            statement = {"source": source, "path": path, "version": version}
            if statement not in self.statements:
                self.statements.append(statement)

    @property
    def version(self) -> str | None:
        """What the most reliable whole statement says, with the "+" of a development build where one tells it."""
        whole = [one["version"] for one in self.statements if _is_whole(one["version"])]
        if not whole:
            return None
        return next((version for version in whole if version == f"{whole[0]}+"), whole[0])

    @property
    def series(self) -> str | None:
        """Major and minor version, as the most reliable statement has them."""
        return ".".join(self.statements[0]["version"].split(".")[:2]) if self.statements else None

    def contradictions(self) -> list[dict[str, str]]:
        """The statements that the version cannot be reconciled with."""
        version = self.version or self.series
        return [one for one in self.statements if version and not _agree(one["version"], version)]


def from_binary(evidence: Evidence, path: str, fact: Mapping[str, Any], trusted: Iterable[str]) -> None:
    """Add what a program or library says of itself.

    Of several strings that may be the version only those count that something else says too (`trusted`); the version of
    a library that was linked in may look like one.
    """
    exported = version_from_hex(fact["hex"]) if fact["hex"] is not None else None
    evidence.add("Py_Version", path, exported)
    candidates = fact["versions"] or fact["tails"]
    known = {_plain(version) for version in (*trusted, exported) if version}
    confirmed = [version for version in candidates if _plain(version) in known]
    for version in confirmed or (candidates if len(candidates) == 1 else ()):
        evidence.add("binary", path, version)


def package_version(owner: Owner | None) -> str | None:
    """The version of Python that the version of a package tells: "3.11.2" of Debian's "3.11.2-6+deb12u6"."""
    match = _UPSTREAM_VERSION((owner or {}).get("version") or "")
    if match is None:
        return None
    return match[1] + (f"{match[2]}{match[3]}" if match[2] else "")


def _is_whole(version: str) -> bool:
    return version.count(".") >= 2


def _plain(version: str) -> str:
    return version.removesuffix("+")


def _agree(version: str, other: str) -> bool:
    """Whether two versions are the same as far as both go; many do not tell that a release is a candidate."""
    shorter, longer = sorted((_plain(version), _plain(other)), key=len)
    rest = longer.removeprefix(shorter)
    return (
        longer.startswith(shorter) and not rest[:1].isdigit() and (not rest.startswith(".") or not _is_whole(shorter))
    )
