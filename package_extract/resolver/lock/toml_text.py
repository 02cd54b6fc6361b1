"""Plain data as TOML (https://toml.io/en/v1.0.0): what a lock file needs of it, deterministic and easy to compare."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

__all__ = ["toml_text"]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def toml_text(data: dict[str, Any]) -> str:
    """A table and the tables in it; dictionaries in lists of values become inline tables."""
    return "".join(f"{line}\n" for line in _table(data, ())).lstrip("\n")


def _table(data: dict[str, Any], path: tuple[str, ...]) -> list[str]:
    lines = [f"{_key(key)} = {_value(value)}" for key, value in data.items() if not _is_table(value)]
    for key, value in data.items():
        name = (*path, key)
        heading = ".".join(map(_key, name))
        if isinstance(value, dict):
            inner = _table(value, name)
            lines += [*(["", f"[{heading}]"] if _has_values(value) else []), *inner]
        elif _is_table(value):
            for each in value:
                lines += ["", f"[[{heading}]]", *_table_inline(each)]
    return lines


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _has_values(table: dict[str, Any]) -> bool:
    return any(not _is_table(value) for value in table.values()) or not table


def _table_inline(table: dict[str, Any]) -> list[str]:
    """A table of an array, whose own tables stand inline."""
    lines = []
    for key, value in table.items():
        if _is_table(value) and isinstance(value, list):
            lines += [f"{_key(key)} = [", *(f"    {_value(each)}," for each in value), "]"]
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    return lines


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    raise TypeError(f"TOML has no form for {type(value).__name__}")


def _string(text: str) -> str:
    # JSON's escapes are a subset of TOML's, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
