"""`build-details.json` in the standard library's directory: an interpreter's own description (PEP 739)."""

from __future__ import annotations

from typing import Any

from package_extract.errors import FormatError

__all__ = ["read_build_details"]

_MOST_BYTES = 1 << 20
_LEVELS = {"alpha": "a", "beta": "b", "candidate": "rc", "final": ""}


def read_build_details(data: bytes) -> dict[str, Any]:
    """{"implementation", "version", "ext_suffix", "flags"}; None where the file does not tell. Raises `FormatError`."""
    from json import loads

    try:
        details = loads(data[:_MOST_BYTES])
    except (ValueError, RecursionError) as error:
        raise FormatError(f"build-details.json is not JSON: {error}", code="not-json") from None
    language, implementation, abi = (_part(details, name) for name in ("language", "implementation", "abi"))
    flags = abi.get("flags")
    return {
        "implementation": _string(implementation.get("name")),
        "version": _version(_part(language, "version_info")),
        "ext_suffix": _string(abi.get("extension_suffix")),
        "flags": [flag for flag in flags if isinstance(flag, str)][:16] if isinstance(flags, list) else [],
    }


def _part(value: Any, name: str) -> dict[str, Any]:
    part = value.get(name) if isinstance(value, dict) else None
    return part if isinstance(part, dict) else {}


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) and len(value) < 200 else None


def _version(info: dict[str, Any]) -> str | None:
    numbers = [info.get(name) for name in ("major", "minor", "micro")]
    level = _LEVELS.get(str(info.get("releaselevel", "final")))
    if level is None or not all(isinstance(number, int) and 0 <= number < 1000 for number in numbers):
        return None
    serial = info.get("serial")
    return ".".join(map(str, numbers)) + (f"{level}{serial if isinstance(serial, int) else 0}" if level else "")
