"""One finding as plain data, in the shape of `document.findings.Finding`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SEVERITIES", "Finding", "finding", "python_owner"]

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
