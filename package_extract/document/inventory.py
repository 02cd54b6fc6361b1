"""Every package of a document as records of one form, whichever package manager brought it.

Works on plain data, whatever sections are there; a section of an analyzer that is not known here counts if it lists
`packages` with a `name`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["PACKAGE_MANAGERS", "Record", "packages", "records_of"]

Record = dict[str, Any]

PACKAGE_MANAGERS = ("rpm", "dpkg", "apk")
"""Sections of the package managers of operating systems."""
_KINDS = {"dpkg": "deb"}
"""What packages of a section are called, as in `owner`, where it is not the section's name."""


def packages(document: Mapping[str, Any]) -> Iterator[Record]:
    """Every installed package, with what all kinds have in common.

    `kind` (`rpm`, `deb`, `apk`, `python`, `conda`, or the name of a section that is not known here), `name`, `version`,
    `architecture`, `environment` (prefix of the Python environment), `path` (of its metadata or database), `layer`,
    `owner`, `size` in bytes, `shadowed_by`: each null where it does not apply or is not known.
    """
    results = document["results"]
    only_layer = 0 if len(document["image"].get("layers") or []) == 1 else None
    for name in (*PACKAGE_MANAGERS, *sorted({*results} - {*PACKAGE_MANAGERS, "python_packages"})):
        for package in records_of(results.get(name), "packages"):
            if package.get("name") and package.get("installed", True):
                yield _system_package(name, package, results[name], only_layer)
    for environment in records_of(results.get("python_packages"), "environments"):
        for package in environment["packages"]:
            yield _distribution(package, environment)


def records_of(section: object, key: str) -> list[Record]:
    """The objects in a list of a section; none if there is no such section or list."""
    value = section.get(key) if isinstance(section, dict) else None
    return [record for record in value if isinstance(record, dict)] if isinstance(value, list) else []


def _system_package(kind: str, package: Record, section: Record, only_layer: int | None) -> Record:
    version = package.get("version")
    if kind == "rpm":
        epoch = f"{package['epoch']}:" if package.get("epoch") else ""
        version = f"{epoch}{version}-{package['release']}"
    databases = records_of(section, "databases")
    database = package.get("database") or (databases[0].get("path") if len(databases) == 1 else None)
    layer = package.get("layer", only_layer)
    return {
        "kind": _KINDS.get(kind, kind),
        "name": str(package["name"]),
        "version": None if version is None else str(version),
        "architecture": package.get("architecture") or package.get("arch"),
        "environment": None,
        "path": None if database is None else str(database),
        "layer": layer if isinstance(layer, int) else None,
        "owner": None,
        "size": next((size for key in ("installed_size", "size") if isinstance(size := package.get(key), int)), None),
        "shadowed_by": None,
    }


def _distribution(package: Record, environment: Record) -> Record:
    return {
        "kind": "conda" if package["metadata_kind"] == "conda" else "python",
        "name": package["name"],
        "version": package["version"],
        "architecture": None,
        "path": package["metadata_path"],
        "layer": package["layer"],
        "owner": package["owner"],
        "size": package.get("size"),
        "environment": environment["prefix"],
        "shadowed_by": package["shadowed_by"],
    }
