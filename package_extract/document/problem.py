"""What could not be read, or not be trusted, while everything else still was."""

from __future__ import annotations

from typing import Literal

from package_extract.document.model import Model

__all__ = ["Problem"]


class Problem(Model):
    """One thing that went wrong without taking the run down."""

    analyzer: str
    """Who found it: an analyzer, or `engine`."""
    code: str
    """Short stable name of the kind of problem, for programs."""
    severity: Literal["error", "warning", "info"]
    """`error`: something in the image is missing from the document; `warning`: it may be; `info`: worth knowing."""
    path: str | None = None
    """The file or directory in the image."""
    layer: int | None = None
    """Index into `image.layers`."""
    message: str
    """One sentence for people."""
