#!/usr/bin/env python3
"""Write the document's JSON Schema, which documents are checked by, from its models: `python docs/build_schema.py`."""

from __future__ import annotations

from pathlib import Path

from package_extract.document.schema import document_schema
from package_extract.document.shape import SCHEMA_FILE
from package_extract.document.writing import encode

FILE = Path(SCHEMA_FILE)


def content() -> bytes:
    """The whole file."""
    return encode(document_schema(), indent=True)


if __name__ == "__main__":
    FILE.write_bytes(content())
