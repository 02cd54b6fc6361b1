"""The report of `enumerate`, which grows and can be resumed: a line of JSON for what was asked, one for each stack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["StackReport"]


class StackReport:
    """A report in a file, or nowhere."""

    def __init__(self, path: Path | None, asked: dict[str, Any]) -> None:
        """`asked` has to be equal to what an existing report was begun with. Raises `click.ClickException`."""
        self._path = path
        self.results: list[dict[str, Any]] = []
        if path is None:
            return
        if path.exists():
            self._resume(path, asked)
        else:
            path.write_text(json.dumps({"asked": asked}) + "\n")

    def _resume(self, path: Path, asked: dict[str, Any]) -> None:
        try:
            lines = [json.loads(line) for line in _whole_lines(path)]
        except ValueError as error:
            raise click.ClickException(f"{path} is no report of enumerate: {error}") from None
        if not lines or lines[0] != {"asked": json.loads(json.dumps(asked))}:
            raise click.ClickException(f"{path} is the report of something else that was asked; name another file")
        self.results = lines[1:]

    def add(self, result: dict[str, Any]) -> None:
        """Keep the result of one stack."""
        self.results.append(result)
        if self._path is not None:
            with self._path.open("a") as file:
                file.write(json.dumps(result) + "\n")


def _whole_lines(path: Path) -> list[str]:
    """All lines; one that was cut off while it was written is removed, so that the next one stands alone."""
    text = path.read_text()
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole)
    return whole.splitlines()
