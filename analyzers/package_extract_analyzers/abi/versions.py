"""Versions of symbols, compared as numbers: GLIBC_2.36, CXXABI_1.3.13."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["highest", "ordered"]

NUMBERED = re.compile(r"([A-Za-z][A-Za-z0-9]*)_(\d{1,9}(?:\.\d{1,9}){0,7})")


def ordered(version: str) -> tuple[int, ...]:
    """A key to sort "2.36" behind "2.9"."""
    return tuple(map(int, version.split(".")))


def highest(names: Iterable[str]) -> dict[str, str]:
    """Prefix -> the highest number among names such as GLIBC_2.36; names without a number do not count."""
    found: dict[str, str] = {}
    for name in names:
        match = NUMBERED.fullmatch(name)
        if match:
            prefix, version = match.groups()
            if prefix not in found or ordered(version) > ordered(found[prefix]):
                found[prefix] = version
    return found
