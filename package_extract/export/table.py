"""The document for people: operating system, packages, Python environments, layers and problems on one screen.

Works on plain data, whatever sections are there. Everything that comes from the image is escaped.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from package_extract.export.printable import printable
from package_extract.export.quantities import counted, readable_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import RenderableType

__all__ = ["render"]

SHOWN_PACKAGES = 12
"""Packages of an ecosystem that are named; an environment's are all named."""
SHOWN_PROBLEMS = 50
SHOWN_INTERPRETERS = 6
SHOWN_CEILINGS = ("GLIBCXX", "CXXABI", "GCC")
"""Beside the version of the C library, which is that of GLIBC."""
PROBLEM_STYLES = {"error": "red", "warning": "yellow", "info": "dim"}


def render(document: Mapping[str, Any], *, width: int, color: bool) -> str:
    """The document as text of at most `width` columns; `color` adds ANSI colours."""
    out = io.StringIO()
    console = Console(
        file=out,
        width=max(width, 40),
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
    )
    for part in _parts(document):
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _parts(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    results: Mapping[str, Any] = document["results"]
    yield _summary(document["image"], results)
    yield from _packages(results)
    yield from _environments(results.get("python_packages") or {})
    yield from _layers(document["image"])
    yield from _problems(document["problems"])


def _summary(image: Mapping[str, Any], results: Mapping[str, Any]) -> RenderableType:
    release = results.get("os_release") or {}
    platform = image.get("platform") or {}
    facts = {
        "Image": image.get("reference"),
        "Digest": image.get("digest") or image.get("config_digest"),
        "Platform": "/".join(platform[key] for key in ("os", "architecture", "variant") if platform.get(key)),
        "System": release.get("pretty_name") or release.get("name") or release.get("id") or "unknown",
        "Binaries": _binaries(results.get("abi") or {}),
        "Python": _interpreters(results.get("python_interpreters") or {}),
        "CUDA": _cuda(results.get("cuda") or {}),
        "Created": image.get("created"),
        "Size": _sizes(image),
    }
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in facts.items():
        if value:
            grid.add_row(name, _text(value))
    return grid


def _binaries(section: Mapping[str, Any]) -> str:
    """Machine, C library, the highest symbol versions that compiled programs may need, and what is missing."""
    libc, ceilings = section.get("libc") or {}, section.get("ceilings") or {}
    missing = section.get("missing") or []
    versions = sum(1 for row in missing if row.get("version"))
    shown = [
        " ".join(part for part in (section.get("machine"), libc.get("family"), libc.get("version")) if part),
        *(f"{name} {ceilings[name]}" for name in SHOWN_CEILINGS if name in ceilings),
        f"missing libraries: {len(missing) - versions:,}" if len(missing) > versions else "",
        f"missing symbol versions: {versions:,}" if versions else "",
    ]
    return ", ".join(part for part in shown if part)


def _interpreters(section: Mapping[str, Any]) -> str:
    """The interpreters without those of virtual environments, which are named with their packages."""
    rows = [row for row in section.get("interpreters") or [] if not row.get("virtual_environment")]
    shown = [f"{_flavour(row)} at {_slash(row.get('path'))}" for row in rows[:SHOWN_INTERPRETERS]]
    more = f" and {len(rows) - SHOWN_INTERPRETERS} more" if len(rows) > SHOWN_INTERPRETERS else ""
    return ", ".join(shown) + more


def _flavour(row: Mapping[str, Any]) -> str:
    kinds = [name for name in ("debug", "free_threaded") if row.get(name)]
    name = row.get("implementation")
    named = [name] if name != "cpython" else []
    return " ".join(map(str, (*named, row.get("version") or "of unknown version", *kinds))).replace("_", "-")


def _cuda(section: Mapping[str, Any]) -> str:
    """Releases, libraries, the driver that they need, and how much of it does not fit together."""
    releases = {row.get("version") for row in section.get("toolkits") or []}
    libraries = {f"{row.get('name')} {row.get('version') or ''}".strip() for row in section.get("libraries") or []}
    conflicts = section.get("conflicts") or []
    driver = section.get("minimum_driver")
    shown = [
        *sorted(filter(None, releases)),
        *sorted(libraries),
        f"driver {driver} or newer" if driver else "",
        counted(len(conflicts), "conflict") if conflicts else "",
    ]
    return ", ".join(part for part in shown if part)


def _sizes(image: Mapping[str, Any]) -> str:
    size, compressed = image.get("size"), image.get("compressed_size")
    stored = f"{readable_size(compressed)} stored" if compressed is not None else ""
    return ", ".join(part for part in (readable_size(size), stored) if part)


def _packages(results: Mapping[str, Any]) -> Iterator[RenderableType]:
    found = {name: rows for name, section in sorted(results.items()) if (rows := _rows(section))}
    if not found:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("Packages", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("", overflow="fold", ratio=1)
    for name, rows in found.items():
        named = ", ".join(_package(row) for row in rows[:SHOWN_PACKAGES])
        more = f" and {len(rows) - SHOWN_PACKAGES} more" if len(rows) > SHOWN_PACKAGES else ""
        table.add_row(_text(name), str(len(rows)), named + more)
    yield _below(table)


def _rows(section: object) -> list[Mapping[str, Any]]:
    """The installed packages of a section that has some, also of an analyzer that is not known here."""
    packages = section.get("packages") if isinstance(section, dict) else None
    rows = packages if isinstance(packages, list) else []
    return [row for row in rows if isinstance(row, dict) and "name" in row and row.get("installed", True)]


def _package(row: Mapping[str, Any]) -> str:
    release = f"-{row['release']}" if row.get("release") else ""
    return printable(f"{row['name']} {row.get('version') or ''}{release}".rstrip())


def _environments(section: Mapping[str, Any]) -> Iterator[RenderableType]:
    for environment in section.get("environments") or []:
        packages = environment.get("packages") or []
        interpreter = environment.get("interpreter")
        heading = Text()
        heading.append(_slash(environment.get("prefix")), style="bold")
        heading.append(f"  {environment.get('kind')} Python environment, {counted(len(packages), 'package')}")
        if interpreter:
            heading.append(f", run by {_slash(interpreter)}")
        names = ", ".join(_package(row) for row in packages)
        yield _below(Group(heading, Padding(Text(names), (0, 0, 0, 2)))) if names else _below(heading)


def _layers(image: Mapping[str, Any]) -> Iterator[RenderableType]:
    layers = image.get("layers") or []
    if not layers:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("Layer", justify="right", no_wrap=True)
    for name in ("size", "stored", "entries"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("made by", ratio=1)
    for index, layer in enumerate(layers):
        entries = layer.get("entries")
        table.add_row(
            str(index),
            readable_size(layer.get("size")),
            readable_size(layer.get("compressed_size")),
            "" if entries is None else f"{entries:,}",
            _one_line(layer.get("created_by") or layer.get("digest") or ""),
        )
    yield _below(table)


def _problems(problems: list[Mapping[str, Any]]) -> Iterator[RenderableType]:
    if not problems:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("Problem", "found by"):
        table.add_column(name, no_wrap=True)
    table.add_column("what", overflow="fold", ratio=1)
    for problem in problems[:SHOWN_PROBLEMS]:
        where = f"{_slash(problem['path'])}: " if problem.get("path") else ""
        severity = problem["severity"]
        style = PROBLEM_STYLES.get(severity, "")
        table.add_row(
            Text(printable(severity), style), _text(problem["analyzer"]), where + printable(problem["message"])
        )
    yield _below(table)
    if len(problems) > SHOWN_PROBLEMS:
        yield Text(f"and {len(problems) - SHOWN_PROBLEMS} more problems in the JSON document")


def _below(part: RenderableType) -> Padding:
    return Padding(part, (1, 0, 0, 0))


def _text(value: object) -> Text:
    return Text(printable(str(value)))


def _one_line(text: str) -> Text:
    return Text(printable(" ".join(text.split())), no_wrap=True, overflow="ellipsis")


def _slash(path: object) -> str:
    """A path as people write it: from the root of the image."""
    return "/" + printable(str(path or "")).lstrip("/")
