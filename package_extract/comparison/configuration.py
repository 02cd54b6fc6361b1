"""The operating system and the image's configuration side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.comparison.values import Change, changes, keys_changed

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["configuration_differences", "system_differences"]

SYSTEM_FIELDS = ("id", "version_id", "pretty_name")
IMAGE_FIELDS = (
    *("platform", "author", "entrypoint", "cmd", "working_dir", "user", "exposed_ports", "volumes"),
    *("stop_signal", "shell", "healthcheck"),
)


def system_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Which distribution it is, where both documents say."""
    one, other = (document["results"].get("os_release") for document in (before, after))
    return [] if one is None or other is None else changes(one, other, SYSTEM_FIELDS)


def configuration_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """`changes` of single fields, and what was added to, removed from and changed in `env` and `labels`."""
    return {
        "changes": changes(before, after, IMAGE_FIELDS),
        "env": keys_changed(before.get("env") or {}, after.get("env") or {}),
        "labels": keys_changed(before.get("labels") or {}, after.get("labels") or {}),
    }
