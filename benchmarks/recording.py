"""Pages and metadata of a real index on disk, as a catalogue that the index on loopback serves.

A directory with a JSON file for each project (its files as PEP 691 lists them) and a file for each wheel's metadata.
Wheels themselves are not kept: every wheel announces its metadata file, as the largest public index does.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import orjson

from package_extract.resolver.errors import UnknownProject

if TYPE_CHECKING:
    from pathlib import Path

    from package_extract.resolver.source import DistributionFile, Metadata, Source

__all__ = ["Recording"]


class Recording:
    """A recording in a directory. With a source, what is missing is taken from there and kept."""

    def __init__(self, directory: Path, source: Source | None = None) -> None:
        self._pages, self._metadata = directory / "pages", directory / "metadata"
        for folder in (self._pages, self._metadata):
            folder.mkdir(parents=True, exist_ok=True)
        self._source = source
        self._files: dict[str, DistributionFile] = {}
        self._lock = threading.Lock()
        self.missing: list[str] = []
        """What was asked for and is not in the recording."""

    def entries(self, project: str) -> list[dict[str, Any]] | None:
        """As `Catalogue.entries`."""
        path = self._pages / f"{project}.json"
        if self._source is None and not path.exists():
            self.missing.append(project)
            return None
        if self._source is not None:
            self._record_page(project, path, self._source)
        found: list[dict[str, Any]] | None = orjson.loads(path.read_bytes())
        return found

    def content(self, filename: str) -> bytes | None:
        """As `Catalogue.content`: no wheels are kept."""
        self.missing.append(filename)
        return None

    def metadata(self, filename: str) -> bytes | None:
        """As `Catalogue.metadata`."""
        path = self._metadata / filename
        if not path.exists() and self._source is not None and filename in self._files:
            path.write_bytes(_headers(self._source.metadata(self._files[filename])))
        if not path.exists():
            self.missing.append(f"{filename}.metadata")
            return None
        return path.read_bytes()

    def _record_page(self, project: str, path: Path, source: Source) -> None:
        try:
            page = source.project(project)
        except UnknownProject:
            path.write_bytes(b"null")
            return
        files = [file for position in range(len(page.versions)) for file in page.files(position)]
        with self._lock:
            self._files.update({file.filename: file for file in files})
        path.write_bytes(orjson.dumps([_entry(file) for file in files]))


def _entry(file: DistributionFile) -> dict[str, Any]:
    entry: dict[str, Any] = {"filename": file.filename, "url": file.filename, "hashes": file.hashes, "size": file.size}
    entry["upload-time"] = file.upload_time
    entry["yanked"] = False if file.yanked is None else file.yanked or True
    if file.requires_python is not None:
        entry["requires-python"] = file.requires_python
    if file.kind == "wheel":
        entry["core-metadata"] = True
    return entry


def _headers(metadata: Metadata) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {metadata.name}", f"Version: {metadata.version}"]
    lines += [f"Requires-Python: {metadata.requires_python}"] if metadata.requires_python else []
    lines += [f"Provides-Extra: {extra}" for extra in metadata.provides_extra]
    lines += [f"Requires-Dist: {requirement}" for requirement in metadata.requires_dist]
    return "\n".join([*lines, "", ""]).encode()
