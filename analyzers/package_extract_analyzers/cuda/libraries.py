"""NVIDIA's libraries: what files, headers, packages and wheels say of one and the same is joined into one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract_analyzers.cuda.findings import prefix_of, release_of
from package_extract_analyzers.cuda.toolkits import evidence
from package_extract_analyzers.paths import shared_directories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.plugin import ImageView, Owner
    from package_extract_analyzers.cuda.findings import Findings, LibraryFile, Package

__all__ = ["libraries"]

_OF_CUDA = ("cudart", "nvrtc", "nvjitlink")  # their files have CUDA's version
_OWN_RELEASES = ("cudnn", "nccl", "tensorrt", "cutensor", "cusparselt", "nvshmem")
_TRUST = ("wheel", "file", "header", "package")


class _Library:
    """One library at one place, while evidence for it is gathered."""

    def __init__(self, name: str, owner: Owner | None = None) -> None:
        self.name, self.owner = name, owner
        self.path: str | None = None
        self.cuda_version: str | None = None
        self.evidence: list[dict[str, Any]] = []

    def add(self, source: str, path: str | None, version: str | None) -> None:
        self.evidence.append(evidence(source, path, version))

    def version(self) -> tuple[str | None, str]:
        """The version, and the source that it is from; without a version, the source that tells of the library."""
        items = sorted(self.evidence, key=lambda item: _TRUST.index(item["source"]))
        best = next((item for item in items if item["version"]), items[0])
        return best["version"], best["source"]

    def agrees(self, version: str | None) -> bool:
        """Whether what is known already can be this version: all places that both have are equal."""
        known = [item["version"] for item in self.evidence if item["version"]]
        return bool(version) and any(_compatible(version or "", other) for other in known)

    def row(self, image: ImageView) -> dict[str, Any]:
        version, source = self.version()
        return {
            "name": self.name,
            "version": version,
            "path": self.path,
            "source": source,
            "cuda_version": self.cuda_version,
            "evidence": sorted(self.evidence, key=lambda item: (_TRUST.index(item["source"]), item["path"] or "")),
            "owner": self.owner,
            "layer": image.layer(self.path) if self.path else None,
        }


def libraries(findings: Findings, toolkits: list[dict[str, Any]], image: ImageView) -> list[dict[str, Any]]:
    """The rows of the document."""
    found: list[_Library] = []
    wheels: dict[tuple[str, str], list[tuple[_Library, str]]] = {}
    for wheel in findings.wheels:
        found.append(_of_wheel(wheel))
        wheels.setdefault((wheel.owner["name"], str(wheel.version)), []).append((found[-1], wheel.location or ""))
    others: list[_Library] = []
    for files in _at_one_place(findings.files):
        owner = image.owner(files[0].path)
        library = _wheel_of(owner, files[0].path, wheels)
        if library is None or library.name != files[0].name:
            library = _Library(files[0].name, owner)
            others.append(library)
        _add_files(library, files, toolkits)
    for header in findings.headers:
        if header.name != "cuda":
            owner = image.owner(header.path)
            library = _wheel_of(owner, header.path, wheels)
            if library is None or library.name != header.name:
                library = _header_of(others, header, owner)
            library.add("header", header.path, header.release)
            library.path = library.path or header.path
    for package in findings.packages:
        _add_package(others, package)
    rows = [library.row(image) for library in found + others]
    return sorted(rows, key=lambda row: (row["name"], row["version"] or "", row["path"] or ""))


def _of_wheel(wheel: Package) -> _Library:
    library = _Library(wheel.name, wheel.owner)
    library.cuda_version = wheel.cuda_version
    library.add("wheel", wheel.path, wheel.version)
    return library


def _wheel_of(owner: Owner | None, path: str, wheels: Mapping[Any, list[tuple[_Library, str]]]) -> _Library | None:
    """The wheel that brought a file; the same one may be installed in several environments."""
    if not owner or owner["type"] != "python":
        return None
    candidates = wheels.get((owner["name"], str(owner["version"])), [])
    return next((library for library, location in candidates if path.startswith(f"{location}/")), None)


def _at_one_place(files: list[LibraryFile]) -> list[list[LibraryFile]]:
    """Files of one library and release in one directory, the main one first."""
    groups: dict[tuple[str, str, str], list[LibraryFile]] = {}
    for file in files:
        groups.setdefault((file.name, file.path.rpartition("/")[0], file.release), []).append(file)
    return [sorted(group, key=lambda file: (len(file.path), file.path)) for group in groups.values()]


def _add_files(library: _Library, files: list[LibraryFile], toolkits: list[dict[str, Any]]) -> None:
    library.path = files[0].path
    for file in files:
        library.add("file", file.path, file.version)
    library.cuda_version = library.cuda_version or _release(files[0], toolkits)


def _release(file: LibraryFile, toolkits: list[dict[str, Any]]) -> str | None:
    """The CUDA release of a library: its own, that of the toolkit around it, or what the SONAME of cudart says."""
    if file.name in _OF_CUDA and file.version:
        return release_of(file.version)
    if file.name not in _OWN_RELEASES and "-packages/" not in file.path:
        prefix = prefix_of(file.path)
        for row in toolkits:
            if row["path"] == prefix and "cuda" in prefix.rpartition("/")[2]:
                return release_of(row["version"])
    if file.name == "cudart" and file.release:  # libcudart.so.11.0 is that of every 11.x
        major = file.release.partition(".")[0]
        return file.release if int(major) < 11 else major
    return None


def _header_of(libraries: list[_Library], header: LibraryFile, owner: Owner | None) -> _Library:
    """The library that a header belongs to: the nearest whose version agrees, or one of its own."""
    candidates = [one for one in libraries if one.name == header.name and one.agrees(header.release)]
    if not candidates:
        candidates = [_Library(header.name, owner)]
        libraries += candidates
    return max(candidates, key=lambda one: shared_directories(one.path or "", header.path))


def _add_package(libraries: list[_Library], package: Package) -> None:
    owned = [one for one in libraries if one.name == package.name and one.owner == package.owner]
    agreeing = [
        one
        for one in libraries
        if one.name == package.name
        and (one.owner is None or one.path is None or _only_header(one))
        and one.agrees(package.version)
        and (package.location is None or (one.path or "").startswith(f"{package.location}/"))
    ]
    library = next(iter(owned + agreeing), None)
    if library is None:
        library = _Library(package.name, package.owner)
        libraries.append(library)
    library.add("package", package.path, package.version)
    library.cuda_version = library.cuda_version or package.cuda_version


def _only_header(library: _Library) -> bool:
    return all(item["source"] == "header" for item in library.evidence)


def _compatible(one: str, other: str) -> bool:
    pairs = list(zip(one.split("."), other.split("."), strict=False))
    return len(pairs) > 1 and all(a == b for a, b in pairs)
