"""One finding as plain data, in the shape of `document.findings.Finding`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SEVERITIES", "Finding", "finding", "printed_version", "python_owner"]

Finding = dict[str, Any]

SEVERITIES = ("error", "warning", "info")


def finding(
    kind: str,
    severity: str,
    message: str,
    *,
    environment: str | None = None,
    interpreter: str | None = None,
    package: Mapping[str, Any] | None = None,
    path: str | None = None,
) -> Finding:
    """A finding; `package` is an owner entry."""
    return {
        "kind": kind,
        "severity": severity,
        "message": message,
        "environment": environment,
        "interpreter": interpreter,
        "package": dict(package) if package else None,
        "path": path,
    }


def python_owner(row: Mapping[str, Any]) -> dict[str, Any]:
    """The owner entry of a distribution."""
    return {"type": "python", "name": row["name"], "version": row["version"]}


def printed_version(row: Mapping[str, Any]) -> str:
    """The version as pip prints it: normalized (PEP 440), or as it is if it is none."""
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(row["version"] or ""))
    except InvalidVersion:
        return str(row["version"])
