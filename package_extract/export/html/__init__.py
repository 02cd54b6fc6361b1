"""Documents and comparisons as one HTML file that needs nothing else: no network, no server, no further file."""

from __future__ import annotations

from package_extract.export.html.report import report

__all__ = ["report"]
