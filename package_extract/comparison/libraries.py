"""C library, symbol versions and shared libraries side by side: what the loader would find for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.comparison.values import changes, gained_and_lost, keys_changed

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["library_differences"]


def library_differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    """`changes` of machine and C library, `ceilings`, and `libraries` by the name that programs ask for.

    Only libraries that the loader finds for every program count. A library changed if it defines other symbol versions:
    programs that need a version it lost do not start any more.
    """
    if before is None or after is None:
        before = after = {}
    old, new = _found_by_loader(before), _found_by_loader(after)
    return {
        "changes": changes(_comparable(before), _comparable(after), ("machine", "libc")),
        "ceilings": keys_changed(before.get("ceilings") or {}, after.get("ceilings") or {}),
        "libraries": {
            "added": sorted({*new} - {*old}),
            "removed": sorted({*old} - {*new}),
            "changed": [
                {"name": name, "versions_gained": gained, "versions_lost": lost}
                for name in sorted({*old} & {*new})
                for gained, lost in [gained_and_lost(old[name], new[name])]
                if gained or lost
            ],
        },
    }


def _comparable(abi: Mapping[str, Any]) -> dict[str, Any]:
    libc = abi.get("libc")
    return {**abi, "libc": {key: libc[key] for key in ("family", "version")} if libc else None}


def _found_by_loader(abi: Mapping[str, Any]) -> dict[str, list[str]]:
    """Symbol versions by the name of the library."""
    found: dict[str, dict[str, None]] = {}
    for library in abi.get("libraries") or ():
        if library["in_search_path"] and library["machine"] == abi.get("machine"):
            name = library["soname"] or library["path"].rpartition("/")[2]
            found.setdefault(name, {}).update(dict.fromkeys(library["defines"]))
    return {name: list(versions) for name, versions in found.items()}
