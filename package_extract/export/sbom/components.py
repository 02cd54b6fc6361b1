"""The parts of an image as a bill of materials lists them: packages, interpreters, libraries that nobody owns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.document.inventory import records_of
from package_extract.export.sbom.package_url import package_url, system_namespace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Component", "components"]

Record = dict[str, Any]
Results = dict[str, Any]

_HASH_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64, "sha384": 96, "sha512": 128}
_OWNER_TYPES = {"rpm": "rpm", "dpkg": "deb", "apk": "apk"}
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?/[A-Za-z0-9._~/%@+-]{0,2000}")
_PLAIN_VERSION = re.compile(r"[0-9][0-9a-z.]{0,60}")


class Component(NamedTuple):
    """One part. Texts are as the image has them: whoever writes them escapes them."""

    reference: str
    """What names it within the bill; no two are equal."""
    section: str
    """The document's section that it comes from."""
    type: str
    """`library` (a package), `application` (an interpreter) or `file`."""
    name: str
    version: str | None
    purl: str | None
    record: Record
    """What the document says of it."""
    environment: Record
    """The Python environment that it is in; empty where there is none."""
    layer: int | None
    """Index into `image.layers`."""
    path: str | None
    """Where it is, or where it is recorded, relative to the root."""
    owner: str | None = None
    """Reference of the component that brought it."""
    libraries: tuple[str, ...] = ()
    """Paths of the shared libraries that it brought."""

    @property
    def cpe(self) -> str | None:
        """The name by which vulnerabilities of CPython are listed."""
        if self.name != "cpython" or not self.version or not _PLAIN_VERSION.fullmatch(self.version):
            return None
        return f"cpe:2.3:a:python:python:{self.version}:*:*:*:*:*:*:*"

    @property
    def hashes(self) -> dict[str, str]:
        """Digests of the archive that it was installed from, by algorithm as hashlib calls it."""
        known = ((self.record.get("direct_url") or {}).get("archive_info") or {}).get("hashes") or {}
        return {
            algorithm: str(value).lower()
            for algorithm, value in sorted(known.items())
            if algorithm in _HASH_LENGTHS and _is_hexadecimal(str(value), _HASH_LENGTHS[algorithm])
        }

    @property
    def download_url(self) -> str | None:
        """Where that archive was, if this is a URL beyond doubt."""
        origin = self.record.get("direct_url") or {}
        url = origin.get("url")
        return url if "archive_info" in origin and _PLAIN_URL.fullmatch(str(url)) else None


def _is_hexadecimal(text: str, length: int) -> bool:
    return len(text) == length and re.fullmatch("[0-9a-fA-F]+", text) is not None


def components(document: Mapping[str, Any]) -> list[Component]:
    """Every component, packages of the system before Python's, then interpreters, then files; each knows its owner."""
    results: Results = document["results"]
    only_layer = 0 if len(document["image"].get("layers") or []) == 1 else None
    found = [*_system(results, only_layer), *_python(results), *_interpreters(results)]
    found = _unique(found)
    owners = _Owners(found)
    found = [each._replace(owner=owners.reference(each.record.get("owner"), each.path)) for each in found]
    return _with_libraries(found, results, owners)


def _system(results: Results, only_layer: int | None) -> Iterator[Component]:
    release = results.get("os_release") or {}
    identity, version_id = release.get("id"), release.get("version_id")
    distribution = f"{identity}-{version_id}" if identity and version_id else identity
    for section, described in (("rpm", _rpm), ("dpkg", _deb), ("apk", _apk)):
        for package in records_of(results.get(section), "packages"):
            if not package.get("installed", True) or package["name"] == "gpg-pubkey":
                continue
            kind, version, qualifiers = described(package)
            qualifiers["distro"] = distribution
            namespace = system_namespace(kind, identity)
            purl = package_url(kind, namespace, package["name"], version, qualifiers)
            if package.get("epoch"):
                version = f"{package['epoch']}:{version}"
            path, layer = package.get("database"), package.get("layer", only_layer)
            yield Component(purl or "", section, "library", package["name"], version, purl, package, {}, layer, path)


def _rpm(package: Record) -> tuple[str, str, dict[str, str | None]]:
    epoch = package.get("epoch")
    qualifiers = {"arch": package.get("arch"), "upstream": package.get("source_rpm")}
    return "rpm", f"{package['version']}-{package['release']}", {**qualifiers, "epoch": str(epoch) if epoch else None}


def _deb(package: Record) -> tuple[str, str, dict[str, str | None]]:
    source, source_version = package.get("source"), package.get("source_version")
    upstream = None
    if source and (source, source_version) != (package["name"], package["version"]):
        upstream = source if source_version in (None, package["version"]) else f"{source}@{source_version}"
    kind = "opkg" if "/opkg/" in (package.get("database") or "") else "deb"
    return kind, package["version"], {"arch": package.get("architecture"), "upstream": upstream}


def _apk(package: Record) -> tuple[str, str, dict[str, str | None]]:
    origin = package.get("origin")
    upstream = origin if origin != package["name"] else None
    return "apk", package["version"], {"arch": package.get("architecture"), "upstream": upstream}


def _python(results: Results) -> Iterator[Component]:
    for environment in records_of(results.get("python_packages"), "environments"):
        for package in environment["packages"]:
            kind = "conda" if package["metadata_kind"] == "conda" else "pypi"
            purl = package_url(kind, None, package["name"], package["version"], _origin(package))
            layer, path = package["layer"], package["metadata_path"]
            yield Component(
                *(purl or "", "python_packages", "library", package["name"], package["version"], purl, package),
                *(environment, layer, path),
            )


def _origin(package: Record) -> dict[str, str | None]:
    """The qualifiers of a distribution that comes from a URL."""
    origin = package.get("direct_url") or {}
    url, repository = origin.get("url"), origin.get("vcs_info")
    if repository:
        return {"vcs_url": f"{repository.get('vcs')}+{url}@{repository.get('commit_id')}"}
    return {"download_url": url if "archive_info" in origin and not str(url).startswith("file:") else None}


def _interpreters(results: Results) -> Iterator[Component]:
    for interpreter in records_of(results.get("python_interpreters"), "interpreters"):
        if interpreter.get("virtual_environment"):  # another name of one that is there already
            continue
        name, version = interpreter.get("implementation") or "python", interpreter.get("version")
        purl = package_url("generic", None, "python" if name == "cpython" else name, version)
        layer, path = interpreter.get("layer"), interpreter["path"]
        yield Component(
            *(purl or "", "python_interpreters", "application", name, version, purl, interpreter, {}, layer, path)
        )


def _unique(found: Iterable[Component]) -> list[Component]:
    """Equal packages in several places get their path, and at last a number, into their reference."""
    from urllib.parse import quote

    taken: set[str] = set()
    kept = []
    for each in found:
        stem = reference = each.reference or "pkg:generic/unnamed"
        if reference in taken and each.path:
            stem = reference = f"{reference}#{quote(each.path, errors='backslashreplace')}"
        number = 1
        while reference in taken:
            number += 1
            reference = f"{stem}#{number}" if number > 1 else stem
        taken.add(reference)
        kept.append(each._replace(reference=reference))
    return kept


class _Owners:
    """Which component an `owner` of the document is."""

    def __init__(self, found: Iterable[Component]) -> None:
        self._known: dict[tuple[str, str], list[Component]] = {}
        for each in found:
            kind = _OWNER_TYPES.get(each.section)
            if each.section == "python_packages":
                kind = "conda" if each.record["metadata_kind"] == "conda" else "python"
            for name in {each.name, each.record.get("normalized_name") or each.name}:
                self._known.setdefault((kind or "", name), []).append(each)

    def reference(self, owner: Record | None, path: str | None) -> str | None:
        """The component; of several equal ones the one whose directory holds the path."""
        if owner is None:
            return None
        candidates = self._known.get((owner["type"], owner["name"]), [])
        version = owner.get("version")
        candidates = [each for each in candidates if version is None or each.version == version] or candidates
        if not candidates:
            return None
        nearest = [each for each in candidates if (path or "").startswith(f"{each.record.get('location') or ''}/")]
        return max(nearest or candidates[:1], key=lambda each: len(each.record.get("location") or "")).reference


def _with_libraries(found: list[Component], results: Results, owners: _Owners) -> list[Component]:
    """The same with the libraries that each brought, and with a component for each library that nobody owns."""
    brought: dict[str, list[str]] = {}
    files = []
    for library in records_of(results.get("abi"), "libraries"):
        path = library["path"]
        owner = owners.reference(library.get("owner"), path)
        if owner is not None:
            brought.setdefault(owner, []).append(path)
        elif library.get("owner") is None:
            name = library.get("soname") or path.rpartition("/")[2]
            reference = f"file:{path}"
            files.append(Component(reference, "abi", "file", name, None, None, library, {}, library.get("layer"), path))
    owning = [each._replace(libraries=tuple(brought.get(each.reference, ()))) for each in found]
    return owning + _unique(files)
