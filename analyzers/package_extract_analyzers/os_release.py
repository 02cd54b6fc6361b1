"""Which distribution the image is: os-release(5), and older release files where there is none."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from package_extract.formats.os_release import parse_assignments
from package_extract.formats.release_files import parse_busybox, parse_release_file, preference
from package_extract.plugin import FilePatterns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.plugin import Fact, ImageView, LayerFile, Section

__all__ = ["OsRelease"]

_PLACES = ("etc/os-release", "usr/lib/os-release")
_BUSYBOX = ("bin/busybox", "usr/bin/busybox")
_LARGEST = 1 << 18
"""Bytes of a release file that are read; real ones stay below four thousand."""


class OsRelease:
    """The analyzer `os_release`.

    A fact is {"fields": {name: value}} of an os-release file, or {"release": (id, version_id, name, pretty_name)} of
    another; with "cut": True if the file was too large to be read whole.
    """

    name = "os_release"
    version = 2
    summary = "The distribution, from os-release or older release files"
    wants = FilePatterns(
        paths=("etc/debian_version", "etc/slackware-version", "etc/system-release-cpe", *_BUSYBOX),
        basenames=("os-release",),
        globs=("usr/lib/os.release.d/*", "etc/*-release", "usr/lib/*-release"),
    )
    after = ()
    section = "package_extract.document.os_release:OsReleaseSection"

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:  # noqa: ARG002
        """Nothing beyond the first MiB: no release file is that large."""
        return ()

    def read(self, file: LayerFile) -> Fact | None:
        """The assignments of an os-release file, or what another release file says."""
        directory, basename = posixpath.split(file.path)
        if file.path in _BUSYBOX:
            banner = parse_busybox(bytes(file.content))
            return {"release": tuple(banner)} if banner else None
        cut = {"cut": True} if file.size > _LARGEST else {}
        data = bytes(file.content[:_LARGEST])
        if basename == "os-release" or directory == "usr/lib/os.release.d":
            return {"fields": parse_assignments(data), **cut}
        release = parse_release_file(basename, data)
        return {"release": tuple(release), **cut} if release else None

    def assemble(self, image: ImageView) -> Section:
        """The first os-release file that says something, then the release files in order of preference."""
        empty = None
        for place in _PLACES:
            fact, path = image.fact(place), image.tree.resolve(place)
            if not fact or "fields" not in fact or path is None:
                continue
            _report_cut(image, path, fact)
            if fact["fields"]:
                return _section(fact["fields"], path)
            image.problem("empty", "no assignment in the os-release file", path=path, severity="warning")
            empty = empty or path
        return _fallback(image) or _section({}, empty)


def _fallback(image: ImageView) -> Section | None:
    candidates = [(path, fact) for path, fact in image.facts() if "release" in fact]
    if not candidates:
        return None
    path, fact = min(candidates, key=lambda candidate: _rank(candidate[0]))
    _report_cut(image, path, fact)
    names = ("id", "version_id", "name", "pretty_name")
    return {**dict(zip(names, fact["release"], strict=True)), "id_like": [], "fields": {}, "path": path}


def _rank(path: str) -> tuple[bool, int, str]:
    return path in _BUSYBOX, preference(posixpath.basename(path)), path


def _report_cut(image: ImageView, path: str, fact: dict[str, object]) -> None:
    if "cut" in fact:
        image.problem("limit", f"only the first {_LARGEST} bytes of the release file were read", path=path)


def _section(fields: dict[str, str], path: str | None) -> Section:
    return {
        "id": fields.get("ID") or None,
        "version_id": fields.get("VERSION_ID") or None,
        "name": fields.get("NAME") or None,
        "pretty_name": fields.get("PRETTY_NAME") or None,
        "id_like": fields.get("ID_LIKE", "").split(),
        "fields": fields,
        "path": path,
    }
