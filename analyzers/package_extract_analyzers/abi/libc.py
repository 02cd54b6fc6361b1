"""Which C library an image has: its family, its version, and what speaks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .versions import highest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.plugin import ImageView

    from .libraries import Library

__all__ = ["describe"]

UPSTREAM = re.compile(r"(?:\d+:)?(\d+(?:\.\d+)+)")
DEFINITIONS = "version definitions"
PACKAGES = {"glibc": {"libc6", "glibc", "libc6-i386", "libc6-amd64"}, "musl": {"musl"}}


def describe(image: ImageView, family: str, library: Library) -> dict[str, Any]:
    """The value of `libc`. What contradicts is a problem."""
    evidence: list[dict[str, Any]] = [
        {"kind": kind, "path": library.path, "version": version} for kind, version in _told(family, library)
    ]
    owner = image.owner(library.path)
    packaged = _packaged(family, owner) if owner else None
    if owner and packaged:
        evidence.append({"kind": "package", "path": None, "version": packaged})
    version = evidence[0]["version"] if evidence else None
    for row in evidence[1:]:
        if version is not None and row["kind"] != DEFINITIONS and not _agree(version, row["version"]):
            image.problem(
                "libc-version",
                f"The {evidence[0]['kind']} of the C library says {version}, the {row['kind']} {row['version']}.",
                path=library.path,
                severity="warning",
            )
    return {"family": family, "version": version, "path": library.path, "evidence": evidence}


def _told(family: str, library: Library) -> list[tuple[str, str]]:
    """What the file itself says, the most trustworthy first.

    Symbol versions only come close to glibc's own: some releases (2.31) define none, and distributions take some over
    from later releases.
    """
    if family == "musl":
        version = library.fact.get("musl")
        return [("version string", version)] if version else []
    told = (("banner", library.fact.get("glibc")), (DEFINITIONS, highest(library.elf.defines).get("GLIBC")))
    return [(kind, version) for kind, version in told if version]


def _packaged(family: str, owner: Mapping[str, Any]) -> str | None:
    """The version without that of the distribution's own changes."""
    found = UPSTREAM.match(owner.get("version") or "")
    return found[1] if found and owner["name"] in PACKAGES[family] else None


def _agree(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")
