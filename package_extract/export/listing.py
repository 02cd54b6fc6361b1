"""What a document lists, as tables: packages, environments, interpreters, libraries, layers, problems and so on.

The terminal and the HTML report draw them. Sections of analyzers that are not known here become tables of their plain
fields. Works on plain data, whatever sections are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from package_extract.document.inventory import PACKAGE_MANAGERS, packages, records_of
from package_extract.export import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from package_extract.document.inventory import Record
    from package_extract.export.columns import Column

__all__ = ["Listing", "all_listings", "findings_listing", "listings", "listings_of"]


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
    yield Listing("packages", "packages", "Packages", columns.PACKAGES, list(packages(document)))
    joined = {"environments": _environments(results), "ceilings": _ceilings(results.get("abi"))}
    for name, section, key, title, shown in KNOWN:
        records = joined.get(key) or records_of(results.get(section), key)
        if records:
            yield Listing(name, section, title, shown, records)
    yield from _unknown(results)
    yield Listing("configuration", "image", "Image configuration", columns.FACTS, _configuration(document["image"]))
    directories = _directories(document["image"].get("layers") or [])
    if directories:
        yield Listing("directories", "image", "Directories with the most bytes", columns.DIRECTORIES, directories)
    yield Listing("layers", "image", "Layers", columns.LAYERS, _numbered(document["image"].get("layers") or []))
    yield Listing("problems", "problems", "Problems", columns.PROBLEMS, list(document["problems"]))


def findings_listing(findings: Sequence[Mapping[str, Any]]) -> Listing:
    """What `audit.check` found in an image."""
    return Listing("findings", "findings", "What is broken", columns.FINDINGS, [dict(each) for each in findings])


def all_listings(document: Mapping[str, Any]) -> Iterator[Listing]:
    """Those of `listings`, and of each section its single fields and the packages in its own words."""
    yield from listings(document)
    for name, section in (*document["results"].items(), ("run", document["run"])):
        facts = _facts(section) if isinstance(section, dict) else []
        if facts:
            yield Listing(name, name, f"{name}: single fields", columns.FACTS, facts)
    yield from _package_managers(document)


def listings_of(document: Mapping[str, Any], name: str) -> list[Listing]:
    """The tables with this name, or of this section, those of one package manager included."""
    return [listing for listing in all_listings(document) if name in (listing.name, listing.section)]


def _package_managers(document: Mapping[str, Any]) -> Iterator[Listing]:
    """Of one package manager alone, in its own words."""
    results = document["results"]
    for name in PACKAGE_MANAGERS:
        if results.get(name):
            yield Listing(name, name, f"Packages of {name}", columns.MANAGED, results[name]["packages"])
    records = [
        {**package, "prefix": environment["prefix"]}
        for environment in records_of(results.get("python_packages"), "environments")
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
            records = records_of(value, key)
            if records and not (key == "packages" and all("name" in record for record in records)):
                yield Listing(f"{section}.{key}", section, f"{section}: {key}", columns.plain_columns(records), records)


def _environments(results: Mapping[str, Any]) -> list[Record]:
    """The environments with version and tags of the interpreter that reads each."""
    interpreters: dict[str, Record] = {}
    for interpreter in records_of(results.get("python_interpreters"), "interpreters"):
        known = {key: interpreter[key] for key in ("version", "abis", "platforms")}
        interpreters |= dict.fromkeys((*interpreter["aliases"], interpreter["path"]), known)
    environments = records_of(results.get("python_packages"), "environments")
    return [{**environment, **interpreters.get(environment["interpreter"], {})} for environment in environments]


def _ceilings(abi: Mapping[str, Any] | None) -> list[Record]:
    return [{"name": name, "version": version} for name, version in ((abi or {}).get("ceilings") or {}).items()]


def _configuration(image: Mapping[str, Any]) -> list[Record]:
    """What the image says of itself: single fields, then its environment variables and labels one by one."""
    several = {key: image.get(key) or {} for key in ("env", "labels", "annotations")}
    single = {key: value for key, value in image.items() if key not in (*several, "layers", "history")}
    facts = _facts(single)
    for kind, values in several.items():
        facts += [{"field": f"{kind} {name}", "value": value} for name, value in values.items()]
    return facts


def _facts(section: Mapping[str, Any]) -> list[Record]:
    """Fields that are known and are no lists of objects."""
    facts = []
    for field, value in section.items():
        tables = isinstance(value, list) and any(isinstance(each, dict) for each in value)
        if not tables and value not in (None, [], {}):
            facts.append({"field": field, "value": value})
    return facts


def _directories(layers: Iterable[Record]) -> list[Record]:
    """Those of all layers, the largest first."""
    found = [{"layer": row["layer"], **each} for row in _numbered(layers) for each in row.get("directories") or ()]
    return sorted(found, key=lambda directory: -directory["size"])


def _numbered(layers: Iterable[Record]) -> list[Record]:
    return [{"layer": index, **layer} for index, layer in enumerate(layers)]


KNOWN: tuple[tuple[str, str, str, str, tuple[Column, ...]], ...] = (
    ("interpreters", "python_interpreters", "interpreters", "Python interpreters", columns.INTERPRETERS),
    ("environments", "python_packages", "environments", "Python environments", columns.ENVIRONMENTS),
    ("toolkits", "cuda", "toolkits", "CUDA toolkits", columns.CUDA_TOOLKITS),
    ("cuda-libraries", "cuda", "libraries", "CUDA libraries", columns.CUDA_LIBRARIES),
    ("missing", "abi", "missing", "Missing libraries", columns.MISSING),
    ("libraries", "abi", "libraries", "Shared libraries", columns.LIBRARIES),
    ("ceilings", "abi", "ceilings", "Symbol versions", columns.CEILINGS),
    ("driver-libraries", "cuda", "driver_libraries", "Libraries of the NVIDIA driver", columns.DRIVER_LIBRARIES),
    ("lock-files", "build_inputs", "lock_files", "Lock files", columns.LOCK_FILES),
)
"""Name of a table, its section, the field that lists the records, title, columns."""
