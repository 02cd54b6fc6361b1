"""What of a document can be searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Fact", "facts_of"]


class Fact(NamedTuple):
    """One thing that an image has."""

    kind: str
    """"package" (Python), "rpm", "deb", "apk", "python", "cuda", "library" or "symbol"."""
    name: str
    version: str


def facts_of(results: Mapping[str, Any]) -> set[Fact]:
    """The facts in the sections of a document, as plain data."""
    return {fact for find in (_python, _system_packages, _cuda, _libraries) for fact in find(results)}


def _python(results: Mapping[str, Any]) -> Iterator[Fact]:
    for environment in _list(results, "python_packages", "environments"):
        for package in environment["packages"]:
            yield Fact("package", package["normalized_name"] or package["name"] or "", package["version"] or "")
    for interpreter in _list(results, "python_interpreters", "interpreters"):
        yield Fact("python", interpreter["implementation"] or "", interpreter["version"] or "")


def _system_packages(results: Mapping[str, Any]) -> Iterator[Fact]:
    for package in _list(results, "rpm", "packages"):
        yield Fact("rpm", package["name"], f"{package['version']}-{package['release']}")
    for package in _list(results, "dpkg", "packages"):
        if package["installed"]:
            yield Fact("deb", package["name"], package["version"] or "")
    for package in _list(results, "apk", "packages"):
        yield Fact("apk", package["name"], package["version"] or "")


def _cuda(results: Mapping[str, Any]) -> Iterator[Fact]:
    for toolkit in _list(results, "cuda", "toolkits"):
        yield Fact("cuda", "", toolkit["version"] or "")


def _libraries(results: Mapping[str, Any]) -> Iterator[Fact]:
    for library in _list(results, "abi", "libraries"):
        yield Fact("library", library["path"].rpartition("/")[2], "")
        if library["soname"]:
            yield Fact("library", library["soname"], "")
        for version in library["defines"]:
            yield Fact("symbol", version, "")


def _list(results: Mapping[str, Any], section: str, name: str) -> list[dict[str, Any]]:
    return (results.get(section) or {}).get(name) or []
