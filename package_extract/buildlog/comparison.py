"""What a build log says was installed, beside what is in the image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.document.inventory import packages
from package_extract.formats.python_names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["compare_with"]

_PRESENT = ("installed", "already_satisfied")


def compare_with(log: dict[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    """The log with `in_image` in each package, and `image`: what the document is about, and what does not agree.

    `in_image` is null where the log does not say that the package was there in the end; otherwise `state` is `same`,
    `other_version` or `absent`, and `found` has the versions and places in the image.
    """
    there: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for package in packages(document):
        there.setdefault(_key(package["kind"], package["name"]), []).append(package)
    last = {_key(row["kind"], row["name"]): number for number, row in enumerate(log["packages"]) if _changes(row)}
    rows = []
    for number, row in enumerate(log["packages"]):
        key = _key(row["kind"], row["name"])
        found = there.get(key, []) if row["status"] in _PRESENT and number == last.get(key) else None
        rows.append({**row, "in_image": None if found is None else _judged(row, found)})
    differing = [row for row in rows if row["in_image"] and row["in_image"]["state"] != "same"]
    counts = {state: sum((row["in_image"] or {}).get("state") == state for row in rows) for state in _STATES}
    image = document["image"]
    known = {
        "reference": image["reference"],
        "digest": image.get("digest"),
        "config_digest": image.get("config_digest"),
    }
    names = [{"kind": row["kind"], "name": row["name"], "version": row["version"]} for row in differing]
    return {**log, "packages": rows, "image": {**known, "counts": counts, "differing": names}}


_STATES = ("same", "other_version", "absent")


def _changes(row: Mapping[str, Any]) -> bool:
    return row["status"] in (*_PRESENT, "removed")


def _key(kind: str, name: str) -> tuple[str, str]:
    return ("python", normalize_name(name)) if kind in ("python", "conda") else (kind, name)


def _judged(row: Mapping[str, Any], found: list[dict[str, Any]]) -> dict[str, Any]:
    wanted = _comparable(row["kind"], row["version"])
    same = any(wanted is None or _comparable(row["kind"], each["version"]) == wanted for each in found)
    places = [{"version": each["version"], "path": each["path"], "layer": each["layer"]} for each in found]
    return {"state": "same" if same else "other_version" if found else "absent", "found": places}


def _comparable(kind: str, version: str | None) -> str | None:
    """Versions as they are compared: rpm's without an epoch, which logs often leave out; Python's normalized."""
    if version is None:
        return None
    if kind == "rpm":
        return version.rpartition(":")[2]
    if kind == "python":
        from packaging.utils import canonicalize_version

        return canonicalize_version(version)
    return version
