"""What the readers of a build log found, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from package_extract.buildlog.lines import Line

__all__ = ["MOST_ROWS", "Findings", "Row"]

MOST_ROWS = 100_000
"""Packages, and errors, that are kept; what comes after them is counted as left out."""
_LONGEST_TEXT = 2_000

Row = dict[str, Any]


class Findings:
    """Packages, errors, indexes and images, in the order in which the log tells of them."""

    def __init__(self) -> None:
        self.packages: list[Row] = []
        self.errors: list[Row] = []
        self.images: dict[str, Row] = {}
        self.indexes: dict[str, None] = {}
        self.left_out = 0

    def package(self, line: Line, tool: str, kind: str, name: str, status: str, **more: Any) -> Row:
        """Add a package and return its row, which whoever adds it may complete."""
        row: Row = {
            "tool": tool,
            "kind": kind,
            "name": name,
            "version": None,
            "architecture": None,
            "status": status,
            "specifier": None,
            "requested_by": [],
            "artifact": None,
            "size": None,
            "source": None,
            "repository": None,
            "dependency": None,
            "upgrade": None,
            "replaces": None,
            "message": None,
            "step": line.step.index,
            "line": line.number,
            **more,
        }
        self._keep(self.packages, row)
        return row

    def error(self, line: Line, tool: str, message: str) -> Row:
        """Add what a tool says of a failure."""
        row = {"tool": tool, "message": shortened(message), "step": line.step.index, "line": line.number}
        self._keep(self.errors, row)
        return row

    def image(self, line: Line, name: str, **known: Any) -> None:
        """Say something of an image: `digest`, `pushed`."""
        if name not in self.images and len(self.images) >= MOST_ROWS:
            self.left_out += 1
            return
        row = self.images.setdefault(name, {"name": name, "digest": None, "pushed": False, "line": line.number})
        row.update((key, value) for key, value in known.items() if value)

    def index(self, url: str) -> None:
        """Add an index that packages are taken from."""
        if len(self.indexes) < 1000:
            self.indexes[url] = None

    @property
    def full(self) -> bool:
        """Whether something had to be left out: then readers need not remember more rows either."""
        return self.left_out > 0

    def _keep(self, rows: list[Row], row: Row) -> None:
        if len(rows) < MOST_ROWS:
            rows.append(row)
        else:
            self.left_out += 1


def shortened(text: str) -> str:
    """The text, or as much of it as is kept."""
    return text.strip()[:_LONGEST_TEXT]
