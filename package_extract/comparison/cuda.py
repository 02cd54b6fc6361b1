"""CUDA side by side: toolkits, libraries and the driver that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.comparison.values import changes, keys_changed
from package_extract.document.inventory import records_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["cuda_differences"]

FIELDS = ("minimum_driver", "requirement", "visible_devices", "driver_capabilities")


def cuda_differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    """`changes` of what the image asks of the driver, and the versions of `toolkits` and `libraries`."""
    if before is None or after is None:
        before = after = {}
    return {
        "changes": changes(before, after, FIELDS),
        "toolkits": keys_changed(_versions(before, "toolkits", "path"), _versions(after, "toolkits", "path")),
        "libraries": keys_changed(_versions(before, "libraries", "name"), _versions(after, "libraries", "name")),
    }


def _versions(section: Mapping[str, Any], key: str, name: str) -> dict[str, str]:
    """All versions of each, as one text."""
    found: dict[str, set[str]] = {}
    for record in records_of(section, key):
        found.setdefault(str(record.get(name)), set()).add(str(record.get("version") or "unknown"))
    return {each: ", ".join(sorted(versions)) for each, versions in found.items()}
