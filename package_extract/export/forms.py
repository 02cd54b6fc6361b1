"""The forms of other tools that a document can be written in as JSON, each imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["exported"]


def exported(document: Mapping[str, Any], form: str) -> dict[str, Any]:
    """The document as plain data in the form `cyclonedx`, `spdx` or `thoth`."""
    if form == "cyclonedx":
        from package_extract.export.cyclonedx import cyclonedx

        return cyclonedx(document)
    if form == "spdx":
        from package_extract.export.spdx import spdx

        return spdx(document)
    from package_extract.export.thoth import thoth_document

    return thoth_document(document)
