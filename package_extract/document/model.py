"""What all models of the document have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Model"]


class Model(BaseModel):
    """A part of the document: immutable, each field described by the text below it.

    Unknown fields are left out when a document is read: within one schema version, fields may be added but not change.
    """

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)
