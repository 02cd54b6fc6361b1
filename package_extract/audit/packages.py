"""Packages in each other's way: hidden, listed twice, overwritten, or other than what a lock file says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.audit.finding import Finding, finding, python_owner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["lock_files", "overwritten", "shadowed"]

_SHOWN = 5


def shadowed(results: Mapping[str, Any]) -> Iterator[Finding]:
    """Distributions that Python does not find, because it finds another one of the same name before."""
    environments = (results.get("python_packages") or {}).get("environments", ())
    rows = {row["metadata_path"]: row for environment in environments for row in environment["packages"]}
    for environment in environments:
        for row in environment["packages"]:
            other = rows.get(row["shadowed_by"])
            if other is None or other["normalized_name"] != row["normalized_name"]:
                continue  # a vendored copy is no trouble
            beside = other["location"] == row["location"]
            names = f"{row['name']} {row['version']} in /{row['location']}"
            seen = f"{other['name']} {other['version']} in /{other['location']}"
            yield finding(
                "duplicate-package" if beside else "shadowed-package",
                "warning" if beside else "info",
                f"{names} has metadata of {other['version']} beside it" if beside else f"{names} is hidden by {seen}",
                environment=environment["prefix"],
                interpreter=environment["interpreter"],
                package=python_owner(row),
                path=row["metadata_path"],
            )


def overwritten(results: Mapping[str, Any]) -> Iterator[Finding]:
    """Packages of the operating system whose files a Python distribution lists as its own, too."""
    for environment in (results.get("python_packages") or {}).get("environments", ()):
        for row in environment["packages"]:
            for other in row.get("overwrites", ()):
                count = other["files"]
                message = (
                    f"{row['name']} {row['version']} was installed over {count} file{'s' if count > 1 else ''} of the "
                    f"{other['owner']['type']} package {other['owner']['name']} {other['owner'].get('version')}"
                )
                yield finding(
                    "overwritten-package",
                    "warning",
                    message,
                    environment=environment["prefix"],
                    interpreter=environment["interpreter"],
                    package=python_owner(row),
                    path=other["path"],
                )


def lock_files(results: Mapping[str, Any]) -> Iterator[Finding]:
    """Lock files whose pins are not what is installed in the environment that they most likely were for."""
    for file in (results.get("build_inputs") or {}).get("lock_files", ()):
        differing = [row for row in file["packages"] if _differs(row)]
        if differing and file["environment"] is not None:
            shown = ", ".join(f"{row['name']} {row['version']} (is {row['installed']})" for row in differing[:_SHOWN])
            more = f" and {len(differing) - _SHOWN} more" if len(differing) > _SHOWN else ""
            message = f"/{file['path']} pins other versions than are installed: {shown}{more}"
            yield finding("lock-differs", "info", message, environment=file["environment"], path=file["path"])


def _differs(row: Mapping[str, Any]) -> bool:
    if row["version"] is None or row["installed"] is None or row["version"] == row["installed"]:
        return False
    from packaging.version import InvalidVersion, Version

    try:
        return Version(row["version"]) != Version(row["installed"])
    except InvalidVersion:
        return True
