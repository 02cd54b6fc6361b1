"""Package URLs: one name for a package across tools.

https://github.com/package-url/purl-spec (PURL-SPECIFICATION.rst, and the types alpm to swift beside it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["package_url", "system_namespace"]

_VENDORS = {"rhel": "redhat", "sles": "suse", "opensuse-leap": "opensuse", "opensuse-tumbleweed": "opensuse"}
"""`ID` of os-release -> the vendor that scanners look for in the namespace of an rpm, where it is another word."""


def package_url(
    kind: str, namespace: str | None, name: str, version: str | None, qualifiers: Mapping[str, str | None] | None = None
) -> str | None:
    """The canonical package URL of a package; None without a name. Qualifiers without a value are left out."""
    name = _name(kind, name.strip())
    if not name:
        return None
    parts = [f"pkg:{kind}/"]
    if namespace:
        parts.append(f"{_quoted(namespace.lower())}/")
    parts.append(_quoted(name))
    if version:
        parts.append(f"@{_quoted(version)}")
    given = sorted((key, value) for key, value in (qualifiers or {}).items() if value)
    if given:
        parts.append("?" + "&".join(f"{key}={_quoted(value)}" for key, value in given))
    return "".join(parts)


def system_namespace(kind: str, identity: str | None) -> str | None:
    """The namespace of packages of a distribution, from `ID` of its os-release."""
    return _VENDORS.get(identity, identity) if identity and kind == "rpm" else identity


def _name(kind: str, name: str) -> str:
    if kind == "pypi":
        return name.replace("_", "-").lower()
    return name.lower() if kind in ("apk", "deb", "oci") else name


def _quoted(text: str) -> str:
    return quote(text.strip(), safe=":", errors="backslashreplace")
