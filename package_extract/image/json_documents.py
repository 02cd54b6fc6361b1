"""The JSON documents of an image (manifest, index, configuration), decoded without trust."""

from __future__ import annotations

import json
from typing import Any

from package_extract.errors import CorruptImage

__all__ = ["MAXIMUM_DOCUMENT", "decode", "decode_list", "decode_object", "objects", "text", "texts"]

MAXIMUM_DOCUMENT = 16 << 20
"""Bytes of one document; registries take at most 4 MiB."""


def decode(data: bytes, subject: str) -> Any:
    """The decoded document; `CorruptImage` if it is not JSON. Bytes that are not UTF-8 become U+FFFD."""
    if len(data) > MAXIMUM_DOCUMENT:
        raise CorruptImage(f"{subject} is larger than {MAXIMUM_DOCUMENT} bytes")
    try:
        document = json.loads(data.decode("utf-8-sig", "replace"))
        if b"\\ud" in data or b"\\uD" in data:  # a lone surrogate could never be written out again
            document = json.loads(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise CorruptImage(f"{subject} is not valid JSON") from error
    return document


def decode_object(data: bytes, subject: str) -> dict[str, Any]:
    """The decoded document, which has to be an object."""
    document = decode(data, subject)
    if not isinstance(document, dict):
        raise CorruptImage(f"{subject} is not a JSON object")
    return document


def decode_list(data: bytes, subject: str) -> list[Any]:
    """The decoded document, which has to be an array."""
    document = decode(data, subject)
    if not isinstance(document, list):
        raise CorruptImage(f"{subject} is not a JSON array")
    return document


def text(value: object) -> str | None:
    """The value if it is a non-empty string."""
    return value if isinstance(value, str) and value else None


def texts(value: object) -> list[str]:
    """The strings of an array; an absent or foreign value has none."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of an array; an absent or foreign value has none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
