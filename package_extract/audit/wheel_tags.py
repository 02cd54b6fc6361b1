"""Wheels whose tags the interpreter that sees them does not accept (PEP 425): they were made for another one.

`pip check` says the same since pip 24.2, in the same words.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from package_extract.audit.finding import Finding, finding, printed_version, python_owner
from package_extract.formats.python_tags import series_of, supported_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from packaging.tags import Tag

    from package_extract.audit.installed import Installed

__all__ = ["wheel_tags"]


def wheel_tags(installed: Installed) -> Iterator[Finding]:
    """The distributions that no tag of the interpreter fits. Those without a WHEEL file are not judged."""
    accepted = _accepted(installed.interpreter)
    if not accepted:
        return
    for seen in installed.packages.values():
        tags = seen.row.get("tags")
        if tags is not None and not accepted & _parsed(tags):
            yield finding(
                "unsupported-wheel",
                "error",
                f"{seen.row['name']} {printed_version(seen.row)} is not supported on this platform",
                environment=seen.environment,
                interpreter=installed.interpreter["path"],
                package=python_owner(seen.row),
                path=seen.row["metadata_path"],
            )


def _accepted(interpreter: Mapping[str, Any]) -> frozenset[Tag]:
    series = series_of(interpreter["version"])
    if series is None:
        return frozenset()
    return frozenset(
        supported_tags(interpreter["implementation"], series, interpreter["abis"], interpreter["platforms"])
    )


def _parsed(tags: list[str]) -> set[Tag]:
    """Each line of the WHEEL file may be a compressed set; one that is not made as a tag fits nothing."""
    from packaging.tags import parse_tag

    found: set[Tag] = set()
    for text in tags:
        if text.count("-") == 2 and text.count(".") < 50:
            with suppress(ValueError):
                found |= parse_tag(text)
    return found
