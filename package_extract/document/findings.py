"""What `package-extract check` writes: what in an image is broken, or looks as if it will break."""

from __future__ import annotations

from typing import Literal

from package_extract.document.model import Model
from package_extract.document.owner import Owner

__all__ = ["CheckedImage", "Finding", "Findings"]

FindingKind = Literal[
    "conflicting-requirement",
    "cuda-conflict",
    "driver-library",
    "duplicate-package",
    "invalid-metadata",
    "lock-differs",
    "missing-library",
    "missing-requirement",
    "missing-symbol-version",
    "not-checked",
    "overwritten-package",
    "shadowed-package",
    "unsupported-python",
    "unsupported-wheel",
]


class Finding(Model):
    """One thing that is broken, or may be."""

    kind: FindingKind
    """What it is; `docs/checking.md` describes each kind."""
    severity: Literal["error", "warning", "info"]
    """`error`: it fails when it is used; `warning`: it may fail; `info`: worth knowing."""
    message: str
    """One sentence. What `pip check` finds, in the words of `pip check`."""
    environment: str | None
    """Prefix of the Python environment, relative to the root ("" is the root itself); null where none is concerned."""
    interpreter: str | None
    """Path of the interpreter that the finding holds for."""
    package: Owner | None
    """The package that has the trouble."""
    path: str | None
    """The file or directory concerned."""


class CheckedImage(Model):
    """Which image was checked."""

    reference: str
    """The image as it was asked for, without credentials."""
    digest: str | None
    """Digest of the manifest."""


class Findings(Model):
    """All findings for one image."""

    schema_version: Literal["1"]
    """Version of this description, as with the document."""
    image: CheckedImage
    """Which image was checked."""
    findings: list[Finding]
    """Sorted by severity, kind, environment and message."""
