"""What a command is about: a document in a file or on standard input, or else an image that is analyzed now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from package_extract.options import AnalyzeOptions

__all__ = ["document_of"]


def document_of(subject: str, options: AnalyzeOptions, *, quiet: bool, verbose: bool) -> dict[str, Any]:
    """The valid document in a file, on standard input ("-"), or of the image of this reference."""
    from package_extract.document.reading import load_valid

    if subject == "-" or _holds_json(subject):
        return load_valid(subject)
    from package_extract import pipeline
    from package_extract.cli.progress import progress_for
    from package_extract.document.writing import encode

    progress = progress_for(quiet=quiet, verbose=verbose)
    try:
        return load_valid(encode(pipeline.run(subject, options, progress)))
    finally:
        progress.close()


def _holds_json(subject: str) -> bool:
    """Whether it is a file that can only be meant as a document: empty, named *.json, or beginning as JSON does."""
    try:
        if not os.path.isfile(subject):
            return False
        with open(subject, "rb") as file:
            start = file.read(64).lstrip()
    except (OSError, ValueError):
        return False
    return start[:1] in (b"{", b"[", b"") or subject.endswith(".json")
