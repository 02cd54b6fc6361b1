"""Pipfile.lock: JSON with the groups `default` and `develop`, name to {"version": "==1.2"}.

https://pipenv.pypa.io/en/latest/pipfile.html.
"""

from __future__ import annotations

import json
from typing import Any

from package_extract.errors import FormatError
from package_extract.formats.requirement_line import LockedPackage, pinned_version

__all__ = ["read_json", "read_pipfile_lock"]

LARGEST_JSON = 16 << 20


def read_json(data: bytes) -> dict[str, Any]:
    """The object. Raises `FormatError` if it is none."""
    if len(data) > LARGEST_JSON:
        raise FormatError(f"more than {LARGEST_JSON} bytes of JSON are not parsed", code="too-large")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FormatError("it is not JSON", code="corrupt-lock-file") from error
    if not isinstance(document, dict):
        raise FormatError("it is not a JSON object", code="corrupt-lock-file")
    return document


def read_pipfile_lock(document: dict[str, Any]) -> list[LockedPackage]:
    """The packages of the parsed lock, those for development last."""
    found: list[LockedPackage] = []
    for group in ("default", "develop"):
        table = document.get(group)
        for name, value in table.items() if isinstance(table, dict) else ():
            version = value.get("version") if isinstance(value, dict) else None
            specifier = version if isinstance(version, str) else None
            found.append((name, pinned_version(specifier) if specifier else None, specifier))
    return found
