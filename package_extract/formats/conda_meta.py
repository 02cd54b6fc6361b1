"""conda-meta/NAME-VERSION-BUILD.json: the record of one package that conda installed into a prefix.

https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/models/records/index.html (PrefixRecord).
"""

from __future__ import annotations

from typing import Any

from package_extract.errors import FormatError

__all__ = ["read_conda_meta"]


def read_conda_meta(data: bytes) -> dict[str, Any]:
    """`name`, `version`, `files` (paths relative to the prefix) and `requested`.

    `requested` is whether the user asked for the package by name, None where the record does not tell.
    """
    import orjson

    try:
        record = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise FormatError(f"the conda record is not JSON: {error}", code="corrupt-conda-record") from error
    if not isinstance(record, dict):
        raise FormatError("the conda record is not an object", code="corrupt-conda-record")
    name, version = record.get("name"), record.get("version")
    if not (name and version and isinstance(name, str) and isinstance(version, str)):
        raise FormatError("the conda record has no name or no version", code="corrupt-conda-record")
    files = record.get("files")
    asked = record.get("requested_spec", record.get("requested_specs"))
    return {
        "name": name,
        "version": version,
        "files": [file for file in files if isinstance(file, str) and file] if isinstance(files, list) else [],
        "requested": None if asked is None else bool(asked) and asked != "None",
    }
