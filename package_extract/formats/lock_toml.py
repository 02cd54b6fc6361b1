"""Lock files and lists of dependencies in TOML: poetry.lock, uv.lock, pdm.lock, pylock.toml (PEP 751) and Pipfile.

The locks have an array of tables, `package` or `packages`, each with `name` and `version`; a Pipfile has the tables
`packages` and `dev-packages`, name to specifier: https://pipenv.pypa.io/en/latest/pipfile.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.errors import FormatError
from package_extract.formats.requirement_line import LockedPackage, pinned_version

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LARGEST_TOML", "read_pipfile", "read_toml", "read_toml_lock"]

LARGEST_TOML = 4 << 20
_MOST_WORK = 20_000_000
"""Sum over all lines of the square of the number of dots, which is what keys of many parts cost tomllib."""


def read_toml(data: bytes) -> dict[str, Any]:
    """The document. Raises `FormatError` if it is not TOML or too much to parse."""
    if len(data) > LARGEST_TOML:
        raise FormatError(f"more than {LARGEST_TOML} bytes of TOML are not parsed", code="too-large")
    if sum(line.count(b".") ** 2 for line in data.splitlines()) > _MOST_WORK:
        raise FormatError("the keys have too many dots to be parsed", code="too-large")
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError, OverflowError) as error:
        raise FormatError("it is not TOML", code="corrupt-lock-file") from error


def read_toml_lock(data: bytes) -> list[LockedPackage]:
    """The locked packages in the order of the file; one that is a local project may have no version."""
    document = read_toml(data)
    tables = document.get("package", document.get("packages"))
    return [*_locked(tables)] if isinstance(tables, list) else []


def _locked(tables: list[Any]) -> Iterator[LockedPackage]:
    for table in tables:
        if isinstance(table, dict) and isinstance(table.get("name"), str):
            version = table.get("version")
            version = version if isinstance(version, str) else None
            yield table["name"], version, f"=={version}" if version else None


def read_pipfile(document: dict[str, Any]) -> list[LockedPackage]:
    """The packages that the parsed Pipfile asks for, those for development last."""
    found: list[LockedPackage] = []
    for group in ("packages", "dev-packages"):
        table = document.get(group)
        for name, value in table.items() if isinstance(table, dict) else ():
            written = value.get("version") if isinstance(value, dict) else value
            specifier = written if isinstance(written, str) and written != "*" else None
            found.append((name, pinned_version(specifier) if specifier else None, specifier))
    return found
