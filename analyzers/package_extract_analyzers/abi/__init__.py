"""Shared libraries: what they provide and need, what the dynamic loader would choose, and what is missing."""

from __future__ import annotations

from .analyzer import Abi

__all__ = ["Abi"]
