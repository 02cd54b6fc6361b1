"""What an image is, in a few facts for people. Works on plain data, whatever sections are there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from package_extract.document.inventory import packages, records_of
from package_extract.export.columns import best_tags
from package_extract.export.quantities import readable_size, rooted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.document.inventory import Record

__all__ = ["cuda", "pythons", "summary"]

CEILINGS = ("GLIBC", "GLIBCXX", "CXXABI", "GCC")
"""Symbol versions that decide which manylinux wheels work (PEP 600)."""


def summary(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Facts by their label: for each the lines that tell it, the most important first; empty where nothing is known."""
    image, results = document["image"], document["results"]
    return {
        "System": _system(results.get("os_release") or {}),
        "Platform": _platform(image),
        "C library": _c_library(results),
        "Python": [line for lines in pythons(results) for line in lines],
        "CUDA": cuda(results.get("cuda") or {}),
        "Packages": _packages(document),
        "Size": _size(image),
        "Runs": _runs(image),
        "Problems": _problems(document["problems"]),
        "Created": [image["created"]] if image.get("created") else [],
        "Digest": [digest] if (digest := image.get("digest") or image.get("config_digest")) else [],
    }


def _system(release: Mapping[str, Any]) -> list[str]:
    name = release.get("pretty_name") or release.get("name") or release.get("id") or "unknown"
    like = release.get("id_like") or []
    return [name, *([f"like {' '.join(like)}"] if like else [])]


def _platform(image: Mapping[str, Any]) -> list[str]:
    platform = image.get("platform") or {}
    text = "/".join(platform[key] for key in ("os", "architecture", "variant") if platform.get(key))
    return [text] if text else []


def _c_library(results: Mapping[str, Any]) -> list[str]:
    """The C library, and the highest symbol versions of those that decide about wheels."""
    abi = results.get("abi") or {}
    known = [abi.get("libc"), *(each.get("libc") for each in _interpreters(results))]
    libc = next(filter(None, known), None)
    if not libc:
        return []
    ceilings = abi.get("ceilings") or {}
    told = [f"{name} {ceilings[name]}" for name in CEILINGS if name in ceilings]
    return [f"{libc['family']} {libc.get('version') or ''}".rstrip(), *told]


def pythons(results: Mapping[str, Any]) -> list[list[str]]:
    """For each interpreter but those of virtual environments: its version, where it is, the best wheels it takes."""
    found = []
    for each in _interpreters(results):
        if not each.get("virtual_environment"):
            tags = best_tags(each)
            wheels = [f"wheels up to {tags}"] if tags else []
            found.append([each["version"] or "unknown version", rooted(each["path"]), *wheels])
    return found


def _interpreters(results: Mapping[str, Any]) -> list[Record]:
    return records_of(results.get("python_interpreters"), "interpreters")


def cuda(section: Mapping[str, Any]) -> list[str]:
    """Versions of toolkits and libraries, and the driver that they need."""
    versions = [str(toolkit["version"]) for toolkit in records_of(section, "toolkits") if toolkit.get("version")]
    lines = [f"toolkit {', '.join(versions)}"] if versions else []
    libraries = records_of(section, "libraries")
    lines += sorted({f"{library.get('name')} {library.get('version') or ''}".rstrip() for library in libraries})
    if section.get("minimum_driver"):
        lines.append(f"driver {section['minimum_driver']} or newer")
    return lines


def _packages(document: Mapping[str, Any]) -> list[str]:
    counts = Counter(record["kind"] for record in packages(document))
    return [f"{counts.total():,}", *(f"{count:,} {kind}" for kind, count in counts.items())]


def _size(image: Mapping[str, Any]) -> list[str]:
    layers = len(image.get("layers") or ())
    stored = image.get("compressed_size")
    lines = [
        readable_size(image.get("size")),
        f"{readable_size(stored)} stored" if stored is not None else "",
        f"{layers:,} layer{'' if layers == 1 else 's'}" if layers else "",
    ]
    return [line for line in lines if line]


def _runs(image: Mapping[str, Any]) -> list[str]:
    command = " ".join([*(image.get("entrypoint") or []), *(image.get("cmd") or [])])
    user, directory = image.get("user"), image.get("working_dir")
    return [
        line for line in (command, f"as user {user}" if user else "", f"in {directory}" if directory else "") if line
    ]


def _problems(problems: list[Mapping[str, Any]]) -> list[str]:
    counts = Counter(problem["severity"] for problem in problems)
    return [
        f"{counts.total():,}" if problems else "none",
        *(f"{count:,} {severity}" for severity, count in counts.items()),
    ]
