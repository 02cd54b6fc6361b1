"""The whole document: what `package-extract analyze` writes and what everything else reads."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict

from package_extract.document.image import Image
from package_extract.document.model import Model
from package_extract.document.problem import Problem
from package_extract.document.run import Run

__all__ = ["Document", "Results"]


class Results(Model):
    """One section per analyzer, by its name; absent where the analyzer did not run or failed.

    Sections of analyzers that are not listed here are kept as they are.
    """

    model_config = ConfigDict(extra="allow")


class Document(Model):
    """What a program running inside an image would find."""

    schema_version: Literal["1"]
    """Version of this description. Fields may be added within a version; a change of meaning raises it."""
    image: Image
    """What the manifest and the configuration say."""
    results: Results
    """One section per analyzer, by its name."""
    problems: list[Problem]
    """What could not be read or not be trusted."""
    run: Run
    """The run that made the document: all that differs between two runs over the same image."""
