"""What keeps a unit, or a whole file, from being used."""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["Problem"]


class Problem(NamedTuple):
    """Something about a file that keeps a unit, or all of it, from being used."""

    file: str
    line: int
    unit: str | None
    """Name of the unit, as it is written."""
    key: str
    """Where in the file: "run.justification.0.type"; empty for the unit or the file itself."""
    message: str
    code: str
    severity: Literal["error", "warning"]
    """A warning for what was good once and is passed over: a legacy specifier."""

    def __str__(self) -> str:
        words = [f"{self.file}:{self.line}:", f"{self.unit}:" if self.unit else "", f"{self.key}:" if self.key else ""]
        return " ".join(filter(None, [*words, self.message]))
