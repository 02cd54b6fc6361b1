"""A document from a file, from standard input or from bytes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from package_extract.errors import PackageExtractError

if TYPE_CHECKING:
    from typing import BinaryIO

    from pydantic import ValidationError

    from package_extract.document.document import Document

__all__ = ["InvalidDocument", "MAXIMUM_SIZE", "load", "load_valid", "parse", "read", "read_bytes"]

SCHEMA_VERSION = "1"
WHAT_IT_IS = "a document is what `package-extract analyze` writes"
MAXIMUM_SIZE = 1 << 28
"""Bytes of the largest document that is read by default: 256 MiB, some 500,000 packages."""


class InvalidDocument(PackageExtractError, ValueError):
    """What was given is not a document of package-extract, or not one that this version understands."""

    exit_code: ClassVar[int] = 5


def read(source: str | Path | bytes, *, maximum_size: int = MAXIMUM_SIZE) -> Document:
    """The document in a file, in bytes or, for "-", on standard input; every field checked.

    Raises `InvalidDocument`, in one sentence that names the file and what is wrong with it.
    """
    return _validated(load(source, maximum_size=maximum_size), _name(source))


def load_valid(source: str | Path | bytes, *, maximum_size: int = MAXIMUM_SIZE) -> dict[str, Any]:
    """As `read`, and as strict, but plain data, in which fields that have a default may be missing.

    The models are not imported unless something is wrong, which they say best.
    """
    from package_extract.document.shape import has_document_shape

    document = load(source, maximum_size=maximum_size)
    if not has_document_shape(document):
        _validated(document, _name(source))
    return document


def _validated(document: dict[str, Any], name: str) -> Document:
    from pydantic import ValidationError

    from package_extract.document.document import Document

    try:
        return Document.model_validate(document, strict=True)
    except ValidationError as error:
        raise InvalidDocument(f"{name} is not a valid document: {_first(error)}") from None


def load(source: str | Path | bytes, *, maximum_size: int = MAXIMUM_SIZE) -> dict[str, Any]:
    """As `read`, but plain data; of its fields only `schema_version` and the top level are checked."""
    name = _name(source)
    data = source if isinstance(source, bytes) else read_bytes(source, maximum_size)
    if len(data) > maximum_size:
        raise InvalidDocument(f"{name} is larger than {maximum_size} bytes, which is too large for a document")
    return parse(data, name)


def parse(data: bytes, name: str) -> dict[str, Any]:
    """The plain data of a document; `name` says in an error where the bytes come from."""
    import orjson

    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        where = f" ({error})" if error.pos else ""  # of what was never JSON nobody wants to know the first character
        what = f"is not JSON, or is cut off{where}" if data.strip() else "is empty"
        raise InvalidDocument(f"{name} {what}; {WHAT_IT_IS}") from None
    if not isinstance(document, dict) or "schema_version" not in document:
        raise InvalidDocument(f"{name} is JSON, but not a document: it has no schema_version; {WHAT_IT_IS}")
    version = document["schema_version"]
    if version != SCHEMA_VERSION:
        raise InvalidDocument(
            f"{name} has schema_version {str(version)[:20]!r}, this package-extract reads {SCHEMA_VERSION!r}; "
            "analyze the image again or install the version that wrote it"
        )
    for part, kind in (("image", dict), ("results", dict), ("problems", list), ("run", dict)):
        if not isinstance(document.get(part), kind):
            raise InvalidDocument(f"{name} is not a whole document: {part!r} is missing or of the wrong kind")
    return document


def _name(source: str | Path | bytes) -> str:
    if isinstance(source, bytes):
        return "the document"
    return "standard input" if source == "-" else str(source)


def read_bytes(source: str | Path, maximum_size: int = MAXIMUM_SIZE) -> bytes:
    """The bytes of a file or, for "-", of standard input: at most one more than allowed, however large it is."""
    if source == "-":
        return _bounded(sys.stdin.buffer, maximum_size)
    try:
        with Path(source).open("rb") as file:
            return _bounded(file, maximum_size)
    except OSError as error:
        raise InvalidDocument(f"{source} cannot be read: {error.strerror or error}; {WHAT_IT_IS}") from None


def _bounded(file: BinaryIO, maximum_size: int) -> bytes:
    parts, left = [], maximum_size + 1
    while left and (part := file.read(min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _first(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_context=False, include_input=False)
    where = ".".join(str(part) for part in details[0]["loc"])
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return f"{where}: {details[0]['msg']}{more}"
