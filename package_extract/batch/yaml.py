"""Plain data as YAML 1.2, as far as manifests need it: block style, and JSON for every scalar that could be misread."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["as_yaml"]

PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*(?:://?[A-Za-z0-9_./-]+)?\Z", re.ASCII)
RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
UNUSUAL = re.compile(r"[^ -~]")
LONGEST_FLOW = 60
BLOCK = re.compile(r"(?:[!-~][ -~]*\n|\n)+\Z", re.ASCII)


def as_yaml(*documents: Any) -> str:
    """The documents one after the other: dicts with string keys, lists, strings, numbers, booleans, None."""
    return "".join(f"---\n{_block(document, '')}" for document in documents)


def _block(value: Any, indent: str) -> str:
    if isinstance(value, dict) and value:
        return "".join(f"{indent}{_scalar(key)}:{_member(item, indent)}" for key, item in value.items())
    if isinstance(value, list) and value:
        return "".join(_element(item, indent) for item in value)
    return f"{indent}{_scalar(value)}\n"


def _member(value: Any, indent: str) -> str:
    if isinstance(value, dict) and value:
        return f"\n{_block(value, indent + '  ')}"
    if isinstance(value, list) and value:
        flow = f" [{', '.join(map(_scalar, value))}]\n"
        if len(flow) <= LONGEST_FLOW and not any(isinstance(item, dict | list) for item in value):
            return flow
        return f"\n{_block(value, indent)}"
    if isinstance(value, str) and "\n" in value and BLOCK.match(value) and not value.endswith("\n\n"):
        lines = "".join(f"{indent}  {line}\n" if line else "\n" for line in value.splitlines())
        return f" |\n{lines}"
    return f" {_scalar(value)}\n"


def _element(value: Any, indent: str) -> str:
    inner = _block(value, f"{indent}  ")
    return f"{indent}- {inner.removeprefix(f'{indent}  ')}"


def _scalar(value: Any) -> str:
    if isinstance(value, str) and PLAIN.match(value) and value.lower() not in RESERVED:
        return value
    return UNUSUAL.sub(lambda match: f"\\U{ord(match[0]):08x}", json.dumps(value, ensure_ascii=False))
