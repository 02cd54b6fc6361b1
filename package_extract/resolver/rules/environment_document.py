"""The environment that the document of an image describes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypedDict

from package_extract.resolver.rules.environment import Environment, Hardware, InstalledPython, SystemPackage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["environment_of", "is_built_on"]

_MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "386": "i686"}
_NAMED_BY = (("IMAGE_NAME", "IMAGE_TAG"), ("THOTH_S2I_NAME", "THOTH_S2I_VERSION"))
_PROVIDERS = {
    "openblas": ("openblas", "openblas-serial", "libopenblas0", "libopenblas0-pthread"),
    "openmpi": ("openmpi", "libopenmpi3", "libopenmpi3t64"),
    "mkl": ("intel-mkl", "intel-oneapi-mkl", "libmkl-rt"),
}
"""Packages by the library that they hold."""
_LOCAL = ("/", ".", "oci:", "dir:", "docker-archive:", "oci-archive:", "rootfs:", "tar:")
_ARCHIVES = (".tar", ".gz", ".tgz", ".json", ".zst")


class _Versions(TypedDict):
    openblas_version: str | None
    openmpi_version: str | None
    mkl_version: str | None


def environment_of(
    document: Mapping[str, Any],
    *,
    python_version: str | None = None,
    hardware: Hardware | None = None,
    known_images: Iterable[Mapping[str, Any]] = (),
) -> Environment:
    """The environment in a document, as plain data of schema version 1.

    `python_version` is that of the interpreter that matters; by default that of the first one. `known_images` are
    documents of images that this one may be built on.
    """
    results, image = document["results"], document["image"]
    names = [*_names(image)]
    for base in known_images:
        if is_built_on(image, base["image"]):
            names += _names(base["image"])
    rpms, others, pythons = tuple(_rpms(results)), tuple(_others(results)), tuple(_pythons(results))
    section = results.get("cuda") or {}
    toolkits = [each["version"] for each in section.get("toolkits") or () if each.get("version")]
    libraries = {each["name"]: each["version"] for each in section.get("libraries") or () if each.get("version")}
    return Environment(
        image_given=True,
        images=tuple(dict.fromkeys(names)),
        system=_system(results.get("os_release") or {}),
        python_version=python_version or _python_version(results),
        cuda_version=next(iter(toolkits), None) or libraries.get("cudart"),
        cudnn_version=libraries.get("cudnn"),
        **_library_versions((*rpms, *others), pythons),
        platform=_platform(image.get("platform") or {}),
        rpms=rpms,
        others=others,
        pythons=pythons,
        symbols=_symbols(results),
        hardware=hardware or Hardware(),
    )


def is_built_on(image: Mapping[str, Any], base: Mapping[str, Any]) -> bool:
    """Whether the first layers of an image are all those of another."""
    layers, below = _layers(image), _layers(base)
    return 0 < len(below) < len(layers) and None not in below and layers[: len(below)] == below


def _layers(image: Mapping[str, Any]) -> list[str | None]:
    return [layer.get("diff_id") for layer in image.get("layers") or ()]


def _names(image: Mapping[str, Any]) -> Iterator[str]:
    """Names under which rules may know an image, with its digest after those that have none."""
    digest = image.get("digest")
    references = [image.get("reference") or "", *(image.get("repo_tags") or ())]
    for reference in references:
        if reference and not reference.startswith(_LOCAL) and not reference.endswith(_ARCHIVES):
            plain = reference.removeprefix("docker://")
            yield plain
            if digest and "@" not in plain:
                yield f"{plain}@{digest}"
    variables = {**(image.get("labels") or {}), **(image.get("env") or {})}
    for name, tag in _NAMED_BY:
        if variables.get(name):
            yield f"{variables[name]}:{variables[tag]}" if variables.get(tag) else variables[name]
    for place in (image.get("annotations") or {}, image.get("labels") or {}):
        base = place.get("org.opencontainers.image.base.name")
        if base:
            yield base
            if base_digest := place.get("org.opencontainers.image.base.digest"):
                yield f"{base}@{base_digest}"
    if digest:
        yield f"@{digest}"


def _system(release: Mapping[str, Any]) -> tuple[str, str | None] | None:
    return (release["id"], release.get("version_id")) if release.get("id") else None


def _python_version(results: Mapping[str, Any]) -> str | None:
    for interpreter in (results.get("python_interpreters") or {}).get("interpreters") or ():
        if interpreter.get("version"):
            return ".".join(interpreter["version"].split(".")[:2])
    return None


def _rpms(results: Mapping[str, Any]) -> Iterator[SystemPackage]:
    for package in (results.get("rpm") or {}).get("packages") or ():
        yield SystemPackage(
            package["name"], package["version"], package.get("release"), package.get("epoch"), package.get("arch")
        )


def _others(results: Mapping[str, Any]) -> Iterator[SystemPackage]:
    for section in ("dpkg", "apk"):
        for package in (results.get(section) or {}).get("packages") or ():
            if package.get("installed", True):
                yield SystemPackage(package["name"], package["version"], arch=package.get("architecture"))


def _pythons(results: Mapping[str, Any]) -> Iterator[InstalledPython]:
    for environment in (results.get("python_packages") or {}).get("environments") or ():
        for package in environment["packages"]:
            if package.get("version") and not package.get("shadowed_by"):
                location = "/" + (package.get("location") or "").lstrip("/")
                yield InstalledPython(package["normalized_name"], package["version"], location)


def _symbols(results: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for library in (results.get("abi") or {}).get("libraries") or ():
        if library.get("in_search_path", True):
            name = library.get("soname") or library["path"].rpartition("/")[2]
            found.setdefault(name, set()).update(library.get("defines") or ())
    return {name: frozenset(versions) for name, versions in found.items()}


def _platform(platform: Mapping[str, Any]) -> str | None:
    architecture = platform.get("architecture")
    return f"{platform.get('os') or 'linux'}-{_MACHINES.get(architecture, architecture)}" if architecture else None


def _library_versions(packages: tuple[SystemPackage, ...], pythons: tuple[InstalledPython, ...]) -> _Versions:
    """Versions of numerical libraries, from the packages that hold them."""
    found: dict[str, str] = {}
    for package in packages:
        for key, names in _PROVIDERS.items():
            if package.name in names:
                found.setdefault(key, re.split("[-+~]", package.version.rpartition(":")[2])[0])
    for distribution in pythons:
        if distribution.name == "mkl":
            found.setdefault("mkl", distribution.version)
    return _Versions(
        openblas_version=found.get("openblas"), openmpi_version=found.get("openmpi"), mkl_version=found.get("mkl")
    )
