"""What a document lists, as tables: packages, environments, interpreters, libraries, layers, problems and so on.

The terminal and the HTML report draw them. Sections of analyzers that are not known here become tables of their plain
fields. Works on plain data, whatever sections are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from package_extract.export import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from package_extract.export.columns import Column, Record

__all__ = ["Listing", "listings", "listings_of", "package_records"]


class Listing(NamedTuple):
    """One table: its records are those of the document, or made of them."""

    name: str
    section: str
    """The analyzer whose section it shows, or the part of the document."""
    title: str
    columns: tuple[Column, ...]
    records: list[Record]

    def filled(self) -> Listing:
        """Without the columns that are empty in every record."""
        return self._replace(columns=tuple(each for each in self.columns if any(map(each.filled, self.records))))


def listings(document: Mapping[str, Any]) -> Iterator[Listing]:
    """Every table of a document but those of one package manager alone, the most asked for first."""
    results = document["results"]
    yield Listing("packages", "packages", "Packages", columns.PACKAGES, list(package_records(document)))
    for name, section, key, title, shown in KNOWN:
        records = _records(results.get(section), key)
        if records:
            yield Listing(name, section, title, shown, records)
    yield from _unknown(results)
    yield Listing("layers", "image", "Layers", columns.LAYERS, _numbered(document["image"].get("layers") or []))
    yield Listing("problems", "problems", "Problems", columns.PROBLEMS, list(document["problems"]))


def listings_of(document: Mapping[str, Any], name: str) -> list[Listing]:
    """The tables with this name, or of this section, those of one package manager included."""
    every = [*listings(document), *_package_managers(document)]
    return [listing for listing in every if name in (listing.name, listing.section)]


def package_records(document: Mapping[str, Any]) -> Iterator[Record]:
    """Every installed package of every kind, with where it lies and, where the document knows, its layer and size."""
    results = document["results"]
    alone = 0 if len(document["image"].get("layers") or []) == 1 else None
    for name in (*PACKAGE_MANAGERS, *sorted({*results} - {*PACKAGE_MANAGERS, "python_packages"})):
        for package in _records(results.get(name), "packages"):
            if "name" in package and package.get("installed", True):
                yield _system_package(name, package, results[name], alone)
    for environment in _records(results.get("python_packages"), "environments"):
        for package in environment["packages"]:
            yield _distribution(package, environment)


def _system_package(kind: str, package: Record, section: Record, alone: int | None) -> Record:
    version = package.get("version")
    if kind == "rpm":
        epoch = f"{package['epoch']}:" if package.get("epoch") else ""
        version = f"{epoch}{version}-{package['release']}"
    databases = section.get("databases") or []
    database = package.get("database") or (databases[0]["path"] if len(databases) == 1 else None)
    sizes = (package.get(name) for name in ("installed_size", "size"))
    return {
        "kind": PACKAGE_KINDS.get(kind, kind),
        "name": package["name"],
        "version": version,
        "architecture": package.get("architecture") or package.get("arch"),
        "path": database,
        "layer": package.get("layer", alone),
        "owner": None,
        "size": next((size for size in sizes if isinstance(size, int)), None),
        "environment": None,
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


def _package_managers(document: Mapping[str, Any]) -> Iterator[Listing]:
    """Of one package manager alone, in its own words."""
    results = document["results"]
    for name in PACKAGE_MANAGERS:
        if results.get(name):
            yield Listing(name, name, f"Packages of {name}", columns.MANAGED, results[name]["packages"])
    records = [
        {**package, "prefix": environment["prefix"]}
        for environment in _records(results.get("python_packages"), "environments")
        for package in environment["packages"]
    ]
    if records:
        yield Listing("distributions", "python_packages", "Python distributions", columns.DISTRIBUTIONS, records)


def _unknown(results: Mapping[str, Any]) -> Iterator[Listing]:
    """Tables of what analyzers of others list, but for packages, which stand with all others."""
    known = {"os_release", "python_packages", *PACKAGE_MANAGERS, *(section for _, section, *_ in KNOWN)}
    for section in sorted({*results} - known):
        value = results[section]
        for key in sorted(value) if isinstance(value, dict) else ():
            records = _records(value, key)
            if records and not (key == "packages" and all("name" in record for record in records)):
                yield Listing(f"{section}.{key}", section, f"{section}: {key}", columns.plain_columns(records), records)


def _records(section: object, key: str) -> list[Record]:
    value = section.get(key) if isinstance(section, dict) else None
    return [record for record in value if isinstance(record, dict)] if isinstance(value, list) else []


def _numbered(layers: Iterable[Record]) -> list[Record]:
    return [{"layer": index, **layer} for index, layer in enumerate(layers)]


PACKAGE_KINDS = {"dpkg": "deb"}
PACKAGE_MANAGERS = ("rpm", "dpkg", "apk")

KNOWN: tuple[tuple[str, str, str, str, tuple[Column, ...]], ...] = (
    ("interpreters", "python_interpreters", "interpreters", "Python interpreters", columns.INTERPRETERS),
    ("environments", "python_packages", "environments", "Python environments", columns.ENVIRONMENTS),
    ("toolkits", "cuda", "toolkits", "CUDA toolkits", columns.CUDA_TOOLKITS),
    ("cuda-libraries", "cuda", "libraries", "CUDA libraries", columns.CUDA_LIBRARIES),
    ("missing", "abi", "missing", "Needs that are not met", columns.MISSING),
    ("libraries", "abi", "libraries", "Shared libraries", columns.LIBRARIES),
    ("lock-files", "build_inputs", "lock_files", "Lock files", columns.LOCK_FILES),
)
"""Name of a table, its section, the field that lists the records, title, columns."""
