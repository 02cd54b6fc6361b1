"""Finds the installed analyzers through the entry point group `package_extract.analyzers`.

The entry points are read from the `*.dist-info` folders by ourselves (packaging.python.org, "Entry points
specification"): importing `importlib.metadata` alone takes longer than the start of everything else here.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

from package_extract.errors import PackageExtractError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from package_extract.plugin import Analyzer

__all__ = ["GROUP", "AnalyzerUnusable", "EntryPoint", "UnknownAnalyzer", "entry_points", "load", "selected"]

GROUP = "package_extract.analyzers"


class UnknownAnalyzer(PackageExtractError, LookupError):
    """A name given for an analyzer is not installed."""

    exit_code = 2


class AnalyzerUnusable(PackageExtractError):
    """An installed analyzer cannot be imported."""


class EntryPoint(NamedTuple):
    """One analyzer as an installed distribution announces it."""

    name: str
    target: str
    """As "module:attribute"."""
    distribution: str
    """File name of the distribution's metadata folder without its suffix: "package_extract-0.1.0"."""


def entry_points() -> list[EntryPoint]:
    """All analyzers that are installed, sorted by name; of several with one name, the first on `sys.path`."""
    found: dict[str, EntryPoint] = {}
    for directory in sys.path:
        for distribution, text in _announcements(directory):
            for name, target in _group(text):
                found.setdefault(name, EntryPoint(name, target, distribution))
    return [found[name] for name in sorted(found)]


def _announcements(directory: str) -> Iterator[tuple[str, str]]:
    try:
        names = os.listdir(directory or ".")  # noqa: PTH208 pathlib costs 5 ms to import
    except OSError:
        return
    for name in sorted(names):
        if name.endswith((".dist-info", ".egg-info")):
            try:
                with open(f"{directory or '.'}/{name}/entry_points.txt", encoding="utf-8") as file:
                    text = file.read()
            except (OSError, UnicodeDecodeError):
                continue
            if GROUP in text:
                yield name.rpartition(".")[0], text


def _group(text: str) -> Iterator[tuple[str, str]]:
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            inside = line == f"[{GROUP}]"
        elif inside and line and not line.startswith("#"):
            name, _, target = line.partition("=")
            yield name.strip(), target.partition("[")[0].strip()


def load(entry_point: EntryPoint) -> Analyzer:
    """Import one analyzer and make it. Raises `AnalyzerUnusable` whatever goes wrong in its module."""
    module, _, attribute = entry_point.target.partition(":")
    try:
        return cast("Analyzer", getattr(import_module(module), attribute)())
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise AnalyzerUnusable(f"the analyzer {entry_point.name} cannot be loaded: {reason}") from error


def selected(names: Iterable[str] | None, installed: list[EntryPoint]) -> list[EntryPoint]:
    """The installed analyzers that have these names, or all. Raises `UnknownAnalyzer`, naming what is there."""
    if names is None:
        return installed
    wanted = set(names)
    unknown = sorted(wanted - {point.name for point in installed})
    if unknown:
        known = ", ".join(point.name for point in installed)
        raise UnknownAnalyzer(f"there is no analyzer {', '.join(unknown)}; installed are {known}")
    return [point for point in installed if point.name in wanted]
