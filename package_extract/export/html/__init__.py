"""Documents and comparisons as one HTML file that needs nothing else: no network, no server, no further file."""

from __future__ import annotations

from package_extract.export.html.difference import difference_page
from package_extract.export.html.report import report

__all__ = ["difference_page", "report"]
