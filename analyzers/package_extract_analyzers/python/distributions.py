"""Distributions as their metadata tells them, wherever in the image they lie.

The rules for names and versions are those of pip's importlib backend: headers first, then what the metadata
directory is called.
"""

from __future__ import annotations

from posixpath import normpath
from typing import Any

from package_extract.formats.core_metadata import unfold
from package_extract.formats.python_names import normalize_name, split_metadata_name

__all__ = ["Distribution", "rooted"]

_STDLIB_NAMES = frozenset({"python", "argparse", "wsgiref"})  # pip's `stdlib_pkgs`
_PREFERRED = ("/METADATA", "/RECORD")  # before PKG-INFO and installed-files.txt, where both are there
_INTERRUPTED_UNINSTALL = "~"  # pip renames to this before it removes


class Distribution:
    """One metadata directory or file, with the facts of the files in it."""

    def __init__(self, metadata_path: str) -> None:
        """`metadata_path` is relative to the root; facts are added by `add`."""
        self.metadata_path = metadata_path
        directory, _, basename = metadata_path.rpartition("/")
        unpacked_egg = basename.lower() == "egg-info"
        self.kind = "egg" if unpacked_egg else basename.rpartition(".")[2].lower()
        self.location = directory
        """The directory or egg that Python imports from."""
        if self.kind == "egg":
            self.location = directory if unpacked_egg else metadata_path
            directory, _, basename = self.location.rpartition("/")
        self.site = directory
        """The directory that an interpreter has on its path to see this distribution."""
        self.basename = basename
        self.facts: dict[str, Any] = {}
        self.metadata_file = metadata_path
        """The file that stands for the metadata when its layer or owner is asked for."""
        self.linked = False
        """Whether an `.egg-link` leads here."""
        self.shadowed = False
        """Whether another one of this name is imported in its place."""

    def add(self, path: str, kind: str, value: Any) -> None:
        """Add the fact of one of the metadata's files."""
        if kind == "egg":
            self.facts.update(value)
        elif not self.facts.get(kind) or (value and path.endswith(_PREFERRED)):
            self.facts[kind] = value
            self.metadata_file = path if kind == "metadata" else self.metadata_file
        if self.metadata_file == self.metadata_path:
            self.metadata_file = path

    def header(self, name: str) -> str | None:
        """The first value of a header (lower case), as `email` gives it."""
        values = self.facts.get("metadata", {}).get(name)
        return values[0] if values else None

    @property
    def name(self) -> str:
        """As `pip list` shows it."""
        return (self.header("name") or "").strip() or normalize_name(split_metadata_name(self.basename)[0])

    @property
    def version(self) -> str | None:
        """The header, or what the metadata directory's name says, or else a line outside of the headers."""
        told = (self.header("version") or "").strip()
        return told or split_metadata_name(self.basename)[1] or self.header("stray-version")

    @property
    def key(self) -> str:
        """The name by which pip takes only one of a directory's distributions."""
        name, version = split_metadata_name(self.basename)
        from_header = self.kind == "dist-info" and version is None
        return normalize_name(self.name if from_header or not name else name)

    @property
    def is_stdlib_marker(self) -> bool:
        """Whether this only says that the standard library contains the module, as `Python-2.7.egg-info` does."""
        name = normalize_name(self.name)
        installed = self.site.endswith(("site-packages", "dist-packages"))
        return name in _STDLIB_NAMES and (name == "python" or (self.kind == "egg-info" and not installed))

    @property
    def is_leftover(self) -> bool:
        """Whether an interrupted "pip uninstall" left this behind; Python cannot import it."""
        return self.basename.startswith(_INTERRUPTED_UNINSTALL)

    @property
    def rank(self) -> tuple[bool, bool, bool]:
        """Which of two of the same name in one directory to take; the greater."""
        return self.header("name") is not None, self.kind == "dist-info", self.kind == "egg-info"

    def files(self) -> list[str]:
        """The recorded files, relative to the root."""
        return rooted(self.site, self.facts.get("files", {}).get("paths", ""))

    def lists(self, start: str) -> bool:
        """Whether a recorded path, as written, begins like this."""
        paths: str = self.facts.get("files", {}).get("paths", "")
        return paths.startswith(start) or f"\n{start}" in paths

    def row(self) -> dict[str, Any]:
        """The entry of the document, but for what the rest of the image tells."""
        files = self.facts.get("files", {})
        requires, extras = self.facts.get("requires", ((), ()))
        headers = self.facts.get("metadata", {})
        direct_url = self.facts.get("direct_url")
        directory = self.kind == "dist-info" and self.metadata_file != self.metadata_path
        editable = bool(direct_url and direct_url.get("dir_info", {}).get("editable"))
        return {
            "name": self.name,
            "normalized_name": normalize_name(self.name),
            "version": self.version,
            "location": self.location,
            "metadata_path": self.metadata_path,
            "metadata_kind": self.kind,
            "installer": self.facts.get("installer"),
            "requested": "requested" in self.facts if directory else None,
            "tags": self.facts.get("tags"),
            "requires_python": self.header("requires-python"),
            "requires_dist": [unfold(value) for value in headers.get("requires-dist") or requires],
            "provides_extra": [unfold(value) for value in headers.get("provides-extra") or extras],
            "direct_url": direct_url,
            "editable": editable or self.linked or files.get("editable", False),
            "owner": None,
            "layer": None,
            "top_level": self.facts.get("top_level") or files.get("top_level", []),
            "native_libraries": sorted(rooted(self.site, "\n".join(files.get("native_libraries", ())))),
            "shadowed_by": None,
            "size": files.get("size"),
            "overwrites": [],
        }


def rooted(directory: str, paths: str) -> list[str]:
    """Recorded paths, one in each line, made relative to the root: they begin at `directory`, or are absolute."""
    prefix = f"{directory}/" if directory else ""
    return [
        _normal(prefix, path) if path[0] in "./" or "/." in path or "//" in path else prefix + path
        for path in (paths.split("\n") if paths else ())
    ]


def _normal(prefix: str, path: str) -> str:
    return normpath(f"/{prefix}{path}" if path[0] != "/" else path).lstrip("/")
