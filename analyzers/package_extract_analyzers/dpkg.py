"""Packages of Debian and its kin: the dpkg status file, the distroless `status.d`, and opkg, which has the same form.

The files around it, deb-info-files of dpkg(1): `info/NAME[:ARCH].list` has the paths of a package, one in a line, and
`diversions` has three lines each: the path that packages name, the path it has instead, the package that asked for it.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from package_extract.formats.debian_control import (
    parse_conffiles,
    parse_size,
    parse_source,
    parse_stanzas,
    split_dependencies,
)
from package_extract.plugin import FilePatterns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from package_extract.plugin import Fact, ImageView, LayerFile, Section

__all__ = ["Dpkg"]

_LARGEST = 1 << 24
"""Bytes of one file that are read: a status file of some 17,000 packages."""

_MOST_PATHS = 1_000_000
_MOST_PROBLEMS = 100
_VCPKG = {"abi", "feature"}  # fields of vcpkg's own status file, whose form is borrowed from dpkg


class Dpkg:
    """The analyzer `dpkg`.

    The fact of a status file is {"packages": [...], "conffiles": {index of a package: its field}, "problems": [...]};
    that of a list of files or of the diversions is their paths without the first slash, one in a line, as bytes.
    """

    name = "dpkg"
    version = 2
    summary = "Packages of Debian, Ubuntu, distroless and OpenWrt, with the files they own"
    wants = FilePatterns(
        globs=(
            "**/lib/dpkg/status",
            "**/lib/dpkg/diversions",
            "**/lib/dpkg/info/*.list",
            "var/lib/dpkg/status.d/*",
            "usr/lib/dpkg/status.d/*",
            "**/lib/opkg/status",
            "**/lib/opkg/info/*.list",
        ),
    )
    after = ()
    section = "package_extract.document.dpkg:DpkgSection"

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:  # noqa: ARG002
        """All of the file, up to the limit."""
        return [(0, min(size, _LARGEST))]

    def read(self, file: LayerFile) -> Fact | None:
        """The packages of a status file, or the paths of a list."""
        directory, basename = posixpath.split(file.path)
        data = bytes(file.content[:_LARGEST])
        if basename.endswith(".list"):
            return _listed(data)
        if basename.endswith(".md5sums"):
            return _summed(data)
        if basename == "diversions":
            return data.replace(b"\n/", b"\n").removeprefix(b"/")
        fact = _read_status(data, distroless=directory.endswith("/status.d"), size_unit=_size_unit(directory))
        if file.size > _LARGEST:
            fact["problems"].append(("error", "limit", f"only the first {_LARGEST} bytes were read"))
        return fact

    def assemble(self, image: ImageView) -> Section:
        """The packages of every database, and whose files they are."""
        databases: dict[str, _Database] = {}
        for path, fact in image.facts():
            administration = path.rpartition("/")[0].removesuffix("/info").removesuffix("/status.d")
            database = databases.setdefault(administration, _Database(administration))
            if isinstance(fact, bytes):
                database.lists[path[len(administration) + 1 :]] = fact
                continue
            for severity, code, message in fact["problems"]:
                image.problem(code, message, path=path, severity=severity)
            database.entries.extend(
                ({**package, "database": path}, fact["conffiles"].get(index, ""))
                for index, package in enumerate(fact["packages"])
            )
        listed: dict[tuple[str, ...], dict[str, Any]] = {}
        for database in databases.values():
            for package, conffiles in database.entries:
                record = database.record_of(package)
                package["layer"] = None if record is None else image.layer(record)
                owner = {"type": "deb", "name": package["name"], "version": package["version"]}
                image.own(owner, database.files(package, conffiles))
                listed.setdefault((database.root, *_order(package)[:3]), package)
        return {"packages": sorted(listed.values(), key=_order)}


class _Database:
    """What one administrative directory holds, `var/lib/dpkg` as a rule."""

    def __init__(self, administration: str) -> None:
        self.administration = administration
        self.root = _root(administration)
        self.entries: list[tuple[dict[str, Any], str]] = []
        self.lists: dict[str, bytes] = {}
        self._diversions: dict[str, tuple[str, str]] | None = None

    @property
    def diversions(self) -> Mapping[str, tuple[str, str]]:
        """Path that packages name: (path that their file has instead, package whose file keeps the path)."""
        if self._diversions is None:
            lines = _text(self.lists.get("diversions", b"")).split("\n")
            self._diversions = {
                named: (moved, package)
                for named, moved, package in zip(lines[::3], lines[1::3], lines[2::3], strict=False)
            }
        return self._diversions

    def record_of(self, package: Mapping[str, Any]) -> str | None:
        """The file that was written when the package was installed: its list of files, or its part of `status.d`."""
        place = next((place for place in self._places(package) if place in self.lists), None)
        if place is not None:
            return f"{self.administration}/{place}"
        database: str = package["database"]
        return database if database.startswith(f"{self.administration}/status.d/") else None

    def _places(self, package: Mapping[str, Any]) -> tuple[str, ...]:
        """Where in the directory its list of files may be."""
        name, entry = package["name"], package["database"].rpartition("/")[2]
        return f"info/{name}.list", f"info/{name}:{package['architecture']}.list", f"status.d/{entry}.md5sums"

    def files(self, package: Mapping[str, Any], conffiles: str) -> list[str]:
        """The paths that the package owns, relative to the image's root."""
        name = package["name"]
        lists = [_text(self.lists[place]).split("\n") for place in self._places(package) if place in self.lists]
        paths = [path for listed in lists for path in listed if path] or [
            path for conffile in parse_conffiles(conffiles) if (path := conffile.lstrip("/"))
        ]
        diversions = self.diversions
        if not diversions.keys().isdisjoint(paths):
            paths = [_diverted(path, name, diversions) for path in paths]
        return [f"{self.root}/{path}" for path in paths] if self.root else paths


def _diverted(path: str, package: str, diversions: Mapping[str, tuple[str, str]]) -> str:
    """Where the file of a package is that names this path."""
    moved, keeper = diversions.get(path, (path, package))
    return path if keeper == package else moved


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _root(administration: str) -> str:
    """The root that the paths of the database begin at: "" for var/lib/dpkg, "chroot" for chroot/var/lib/dpkg."""
    parts = administration.split("/")[:-2]
    return "/".join(parts[:-1] if parts[-1:] in (["var"], ["usr"]) else parts)


def _order(package: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return package["name"], package["version"], package["architecture"] or "", package["database"]


def _size_unit(directory: str) -> int:
    """What Installed-Size counts: KiB with dpkg, bytes with opkg."""
    return 1 if directory.endswith("/opkg") else 1024


def _listed(data: bytes) -> bytes:
    """The paths without those that are seen to be directories: the next line is below them."""
    lines = data.removeprefix(b"/.\n").split(b"\n", _MOST_PATHS)[:_MOST_PATHS]
    if b"\t" in data:  # opkg puts the mode behind the path
        lines = [line.partition(b"\t")[0] for line in lines]
    below = [*lines[1:], b""]
    return b"\n".join(
        [line[1:] for line, next_line in zip(lines, below, strict=True) if not next_line.startswith(line + b"/")]
    )


def _summed(data: bytes) -> bytes:
    """The paths of lines "DIGEST  PATH"."""
    return b"\n".join([line.partition(b"  ")[2].lstrip(b"/") for line in data.split(b"\n", _MOST_PATHS)[:_MOST_PATHS]])


def _read_status(data: bytes, *, distroless: bool, size_unit: int) -> dict[str, Any]:
    stanzas, complaints = parse_stanzas(data)
    if not any("maintainer" in fields for _, fields in stanzas) and any(
        _VCPKG & fields.keys() for _, fields in stanzas
    ):
        refusal = ("info", "not-dpkg", "this is the status file of vcpkg, not of dpkg")
        return {"packages": [], "conffiles": {}, "problems": [refusal]}
    problems = [("warning", "malformed", f"line {line}: {message}") for line, message in complaints]
    rows: dict[tuple[str, str | None], tuple[dict[str, Any], str]] = {}
    for line, fields in stanzas:
        status = fields.get("status", "").lower().split()
        if not fields.get("package") or not fields.get("version"):
            if status[2:] != ["not-installed"]:
                missing = "version" if fields.get("package") else "name"
                problems.append(("error", "incomplete", f"line {line}: a package without a {missing} is left out"))
            continue
        package = _package(fields, status, distroless, size_unit)
        if package["installed_size"] is None and fields.get("installed-size"):
            problems.append(("warning", "malformed", f"line {line}: Installed-Size of {package['name']} is no number"))
        known = rows.get((package["name"], package["architecture"]))
        if known:
            message = f"line {line}: {package['name']} is given twice; version {known[0]['version']} is left out"
            problems.append(("warning", "duplicate", message))
        rows[package["name"], package["architecture"]] = package, fields.get("conffiles", "")
    conffiles = {index: field for index, (_, field) in enumerate(rows.values()) if field}
    return {
        "packages": [row for row, _ in rows.values()],
        "conffiles": conffiles,
        "problems": problems[:_MOST_PROBLEMS],
    }


def _package(fields: Mapping[str, str], status: list[str], distroless: bool, size_unit: int) -> dict[str, Any]:
    source, source_version = parse_source(fields.get("source", ""))
    size = parse_size(fields.get("installed-size", ""))
    return {
        "name": fields["package"],
        "version": fields["version"],
        "architecture": fields.get("architecture") or None,
        "status": " ".join(status) or None,
        "installed": status[2:] == ["installed"] or (distroless and not status),
        "source": source or fields["package"],
        "source_version": source_version or fields["version"],
        "section": fields.get("section") or None,
        "maintainer": fields.get("maintainer") or None,
        "installed_size": size * size_unit if size is not None else None,
        "depends": split_dependencies(fields.get("depends", "")),
        "pre_depends": split_dependencies(fields.get("pre-depends", "")),
        "provides": split_dependencies(fields.get("provides", "")),
        "replaces": split_dependencies(fields.get("replaces", "")),
    }
