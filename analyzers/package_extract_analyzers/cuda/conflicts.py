"""What does not fit together: releases of CUDA side by side, and libraries that hide one another.

The dynamic loader looks in LD_LIBRARY_PATH before the RUNPATH by which wheels find each other (ld.so(8)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract_analyzers.cuda.findings import prefix_of, release_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from package_extract.plugin import ImageView

__all__ = ["conflicts"]

Rows = list[dict[str, Any]]


def conflicts(toolkits: Rows, libraries: Rows, declared: Mapping[str, str], image: ImageView) -> Rows:
    """Every conflict, sorted by kind and message."""
    found = [
        *_wheels_and_toolkits(toolkits, libraries, image),
        *_wheels(libraries, image),
        *_same_libraries(libraries, image),
        *_declared(toolkits, declared),
    ]
    return sorted(found, key=lambda row: (row["kind"], row["message"]))


def _major(version: str | None) -> str | None:
    return version.partition(".")[0] if version else None


def _wheels_and_toolkits(toolkits: Rows, libraries: Rows, image: ImageView) -> Iterator[dict[str, Any]]:
    visible = _searched_directories(image) | {
        row["path"].rpartition("/")[0] for row in image.section("abi").get("libraries", ()) if row["in_search_path"]
    }
    searched = {prefix_of(f"{directory}/") for directory in visible}
    for toolkit in toolkits:
        major = _major(toolkit["version"])
        if major is None or toolkit["path"] not in searched:
            continue
        others = [row for row in _from_wheels(libraries) if _major(row["cuda_version"]) not in (None, major)]
        if others:
            names = _listed(others)
            yield {
                "kind": "wheel-and-toolkit",
                "message": f"the loader finds CUDA {toolkit['version']}, but wheels bring another one: {names}",
                "paths": [toolkit["path"], *_paths(others)],
            }


def _wheels(libraries: Rows, image: ImageView) -> Iterator[dict[str, Any]]:
    """Wheels for several major versions in one directory."""
    directories = {
        row["metadata_path"]: row["location"]
        for environment in image.section("python_packages").get("environments", ())
        for row in environment["packages"]
    }
    sites: dict[str, Rows] = {}
    for row in _from_wheels(libraries):
        if row["cuda_version"]:
            sites.setdefault(directories.get(row["evidence"][0]["path"], ""), []).append(row)
    for site, rows in sites.items():
        majors = sorted({str(_major(row["cuda_version"])) for row in rows})
        if len(majors) > 1:
            message = f"wheels for CUDA {' and '.join(majors)} lie in {site}: {_listed(rows)}"
            yield {"kind": "wheels", "message": message, "paths": _paths(rows)}


def _same_libraries(libraries: Rows, image: ImageView) -> Iterator[dict[str, Any]]:
    """A library of another version with the same SONAME that LD_LIBRARY_PATH puts before that of a wheel."""
    first = _searched_directories(image)
    others = [
        row
        for row in libraries
        if row["source"] != "wheel" and row["path"] and row["version"] and row["path"].rpartition("/")[0] in first
    ]
    for wheel in _from_wheels(libraries):
        for other in others:
            if other["name"] == wheel["name"] and _replaces(other["version"], wheel["version"]):
                name = f"{other['name']} {other['version']}"
                message = f"LD_LIBRARY_PATH puts {name} before {wheel['version']} of the wheel"
                yield {"kind": "same-library", "message": message, "paths": _paths([other, wheel])}


def _declared(toolkits: Rows, declared: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    version = release_of(declared.get("CUDA_VERSION"))
    releases = {release_of(row["version"]) for row in toolkits if row["version"]}
    if version and releases and version not in releases:
        message = (
            f"CUDA_VERSION says {declared['CUDA_VERSION']}, but the image has {', '.join(sorted(map(str, releases)))}"
        )
        yield {"kind": "declared", "message": message, "paths": [row["path"] for row in toolkits if row["path"]]}


def _searched_directories(image: ImageView) -> set[str]:
    """Real directories of LD_LIBRARY_PATH."""
    found = set()
    for directory in image.env.get("LD_LIBRARY_PATH", "").split(":"):
        real = image.tree.resolve(directory) if directory else None
        if real:
            found.add(real)
    return found


def _from_wheels(libraries: Rows) -> Rows:
    return [row for row in libraries if row["source"] == "wheel"]


def _listed(rows: Rows) -> str:
    return ", ".join(f"{row['owner']['name']} {row['version']}" for row in rows)


def _paths(rows: Rows) -> list[str]:
    return [row["path"] or row["evidence"][0]["path"] for row in rows]


def _replaces(one: str, other: str | None) -> bool:
    """Whether two versions have the same SONAME, by their first place, and are not the same release."""
    places = list(zip(one.split("."), (other or "").split("."), strict=False))
    return places[0][0] == places[0][1] and any(a != b for a, b in places)
