"""Libraries and symbol versions that are missing: what fails when it is loaded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.audit.finding import Finding, finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["libraries"]

_OF_THE_DRIVER = re.compile(r"lib(?:cuda|cudadebugger|nvidia-[a-z0-9-]+|nvcuvid|nvoptix)\.so").match
_EXTENSION_MODULE = re.compile(r"\.(?:cpython|pypy|graalpy|abi3)[^/]*\.so$").search


def libraries(results: Mapping[str, Any]) -> Iterator[Finding]:
    """Every unmet need. It is an error where an extension module of Python loads the file, for its import fails."""
    missing = (results.get("abi") or {}).get("missing", ())
    loaded = _loaded_by_modules(results) if missing else set()
    for row in missing:
        about = {"package": row["owner"], "path": row["path"]}
        if _OF_THE_DRIVER(row["needed"]):
            message = f"/{row['path']} needs {row['needed']}, which NVIDIA's container runtime mounts from the host"
            yield finding("driver-library", "info", message, **about)
            continue
        severity = "error" if row["path"] in loaded else "warning"
        if row["version"] is None:
            message = f"/{row['path']} needs {row['needed']}, which the loader does not find{_elsewhere(row)}"
            yield finding("missing-library", severity, message, **about)
        else:
            message = f"/{row['path']} needs {row['version']} of {row['needed']}, which the one in the image lacks"
            yield finding("missing-symbol-version", severity, message + _elsewhere(row), **about)


def _elsewhere(row: Mapping[str, Any]) -> str:
    others = row["elsewhere"]
    return f"; /{others[0]} would do, but lies where it does not look" if others else ""


def _loaded_by_modules(results: Mapping[str, Any]) -> set[str]:
    """Extension modules, and the libraries of their own packages that they need, directly or through others."""
    by_name: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    waiting: list[Mapping[str, Any]] = []
    for library in results["abi"]["libraries"]:
        names = {library["soname"], library["path"].rpartition("/")[2]}
        for name in names - {None}:
            by_name.setdefault((name, _owner(library)), []).append(library)
        if _EXTENSION_MODULE(library["path"]):
            waiting.append(library)
    loaded = {library["path"] for library in waiting}
    while waiting:
        library = waiting.pop()
        for needed in library["needed"]:
            for other in by_name.get((needed, _owner(library)), ()):
                if other["path"] not in loaded:
                    loaded.add(other["path"])
                    waiting.append(other)
    return loaded


def _owner(library: Mapping[str, Any]) -> str:
    owner = library["owner"]
    return f"{owner['type']} {owner['name']}" if owner else ""
