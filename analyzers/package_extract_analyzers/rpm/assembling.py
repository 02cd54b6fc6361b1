"""The section of the document, from the facts about the files that are visible."""

from __future__ import annotations

from posixpath import basename, dirname
from typing import TYPE_CHECKING, Any, Final

from package_extract.errors import FormatError
from package_extract_analyzers.rpm.reading import (
    DATABASE_DIRECTORIES,
    MAX_SIZE,
    WAL_SUFFIX,
    database_fact,
    is_below_root,
)

if TYPE_CHECKING:
    from package_extract.formats.rpm.file_list import FileList
    from package_extract.plugin import ImageView, Owner

__all__ = ["assemble"]

_MAX_PATHS: Final = 1 << 28
_IDENTITY: Final = ("name", "epoch", "version", "release", "arch", "install_time")


def assemble(image: ImageView) -> dict[str, Any]:
    """`databases` and the union of their packages; owned files and problems go to the image."""
    databases = []
    packages: list[dict[str, Any]] = []
    known: set[tuple[Any, ...]] = set()
    for path, fact in _sources(image):
        for code, message in fact["problems"]:
            image.problem(code, message, path=path)
        if fact["backend"]:
            databases.append({"path": path, "backend": fact["backend"], "packages": len(fact["packages"])})
        # Within one database a package may be there twice, and rpm lists it twice.
        found = [(tuple(package[key] for key in _IDENTITY), package) for package, _ in fact["packages"]]
        packages += [package for identity, package in found if identity not in known]
        known.update(identity for identity, _ in found)
        _own(image, path, fact["packages"])
    packages.sort(key=_order)
    return {"databases": databases, "packages": packages}


def _order(package: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(package[key] or "" for key in ("name", "version", "release", "arch", "install_time"))


def _sources(image: ImageView) -> list[tuple[str, dict[str, Any]]]:
    """Path and fact of every database, sorted, then of every manifest."""
    facts = dict(image.facts())
    databases, manifests = [], []
    for path, fact in facts.items():
        if "wal" in fact:
            continue
        if fact["backend"]:
            wal = facts.get(path + WAL_SUFFIX)
            databases.append((path, _with_log(image, path, fact, wal["wal"]) if wal else fact))
        elif basename(path) == "container-manifest-2" or f"{dirname(path)}/container-manifest-2" not in facts:
            manifests.append((path, fact))
    return databases + manifests


def _with_log(image: ImageView, path: str, fact: dict[str, Any], size: int) -> dict[str, Any]:
    """The fact about a database read together with its write-ahead log, which may come from another layer."""
    content = image.content(path, limit=MAX_SIZE)
    wal = image.content(path + WAL_SUFFIX, limit=MAX_SIZE)
    try:
        if content is None or wal is None or len(wal) != size:
            raise FormatError(f"the log of {size} bytes cannot be read again")
        return database_fact(memoryview(content), fact["backend"], wal)
    except (FormatError, OSError) as error:
        message = f"the database is read without its write-ahead log and may miss the latest packages: {error}"
        image.problem("wal-not-read", message, path=path + WAL_SUFFIX)
        return fact


def _own(image: ImageView, path: str, packages: list[tuple[dict[str, Any], FileList | None]]) -> None:
    """Record the files of the packages, if the database lies where it speaks of a root that is known."""
    directory = dirname(path)
    place = next((place for place in DATABASE_DIRECTORIES if is_below_root(directory, (place,))), None)
    if place is None:
        return
    from package_extract.formats.rpm.file_list import paths

    root = directory.removesuffix(place)
    left = _MAX_PATHS
    for package, files in packages:
        if not files:
            continue
        try:
            owned = paths(files, left)
        except FormatError as error:
            image.problem(error.code, f"the files of package {package['name']}: {error}", path=path)
            continue
        left -= sum(map(len, owned))
        image.own(_owner(package), [root + file.lstrip("/") for file in owned])


def _owner(package: dict[str, Any]) -> Owner:
    epoch = "" if package["epoch"] is None else f"{package['epoch']}:"
    return {"type": "rpm", "name": package["name"], "version": f"{epoch}{package['version']}-{package['release']}"}
