"""Installations of CUDA and ROCm: a directory, and everything that tells its release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.formats.cuda_version import read_nvcc
from package_extract_analyzers.cuda.findings import prefix_of, release_of

if TYPE_CHECKING:
    from package_extract.plugin import ImageView
    from package_extract_analyzers.cuda.findings import Findings

__all__ = ["evidence", "rocm", "toolkits"]

_RANK = {name: rank for rank, name in enumerate(("version.json", "version.txt", "nvcc", "header", "file", "package"))}
_LARGEST_NVCC = 1 << 26


def evidence(source: str, path: str | None, version: str | None) -> dict[str, Any]:
    """One entry of a list of evidence."""
    return {"source": source, "path": path, "version": version}


def toolkits(findings: Findings, image: ImageView) -> list[dict[str, Any]]:
    """Every installation of CUDA. What lies in a directory for Python packages belongs to a wheel, not to one."""
    told: dict[str, list[dict[str, Any]]] = {}
    for kind, path, version in findings.releases:
        if kind != "info" and "-packages/" not in path:
            told.setdefault(prefix_of(path), []).append(evidence(kind, path, version))
    for header in findings.headers:
        if header.name in ("cuda", "cudart") and "-packages/" not in header.path:
            told.setdefault(prefix_of(header.path), []).append(evidence("header", header.path, header.release))
    for file in findings.files:
        if file.name == "cudart" and file.version and "-packages/" not in file.path:
            told.setdefault(prefix_of(file.path), []).append(evidence("file", file.path, file.version))
    for items in told.values():
        _read_large_nvcc(items, image)
    rows = [_row(path, items, image) for path, items in told.items()]
    for package in findings.toolkit_packages:
        _add_package(rows, package, image)
    return sorted(rows, key=lambda row: (row["path"] or "", row["version"] or ""))


def _read_large_nvcc(items: list[dict[str, Any]], image: ImageView) -> None:
    """A large nvcc was not kept while its layer passed. Reading it again is slow, so only if nothing else tells."""
    if any(item["version"] for item in items):
        return
    for item in items:
        if item["source"] == "nvcc":
            item["version"] = read_nvcc(memoryview(image.content(item["path"], _LARGEST_NVCC) or b""))


def _row(path: str | None, items: list[dict[str, Any]], image: ImageView) -> dict[str, Any]:
    items = sorted(items, key=lambda item: (_RANK[item["source"]], item["path"] or ""))
    versions = [(item["source"], item["version"]) for item in items if item["version"]]
    releases = sorted({release or "" for release in (release_of(version) for _, version in versions)})
    if len(releases) > 1 and path is not None:
        message = f"the parts of this CUDA installation tell several releases: {', '.join(releases)}"
        image.problem("contradictory-evidence", message, path=path, severity="warning")
    return {"version": _version(versions), "path": path, "evidence": items}


def _version(versions: list[tuple[str, str]]) -> str | None:
    """Of the most reliable evidence; parts have numbers of their own in the third place."""
    if not versions:
        return None
    source, version = versions[0]
    return version if source in ("version.json", "version.txt") else release_of(version)


def _add_package(rows: list[dict[str, Any]], package: Any, image: ImageView) -> None:
    """To the installation that the package speaks of, or else as one of its own."""
    item = evidence("package", package.path, package.version)
    release = release_of(package.version)
    for row in rows:
        same_place = package.location is None or row["path"] == package.location
        if same_place and (row["version"] is None or release_of(row["version"]) == release):
            row["evidence"].append(item)
            row["version"] = row["version"] or release
            return
    rows.append(_row(package.location, [item], image))


def rocm(findings: Findings) -> list[dict[str, Any]]:
    """Every installation of ROCm."""
    rows: list[dict[str, Any]] = [
        {"version": version, "path": path.removesuffix("/.info/version"), "evidence": [evidence("info", path, version)]}
        for kind, path, version in findings.releases
        if kind == "info"
    ]
    for package in findings.rocm_packages:
        version = package.version or ""
        row = next((row for row in rows if row["version"] and version.startswith(row["version"])), None)
        if row is None:
            row = {"version": package.version, "path": None, "evidence": []}
            rows.append(row)
        row["evidence"].append(evidence("package", package.path, package.version))
    return sorted(rows, key=lambda row: (row["path"] or "", row["version"] or ""))
