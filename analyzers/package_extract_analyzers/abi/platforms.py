"""What runs in an image: its kinds of files, each with its C library and its loader."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from package_extract.formats.libc import loader_family

from .loader import Loader
from .search_path import search_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.plugin import ImageView

    from .libraries import Kind, Library

__all__ = ["Platform", "platforms"]

MACHINES = {
    "amd64": "x86_64",
    "386": "i386",
    "arm64": "aarch64",
    "loong64": "loongarch64",
    "mips64le": "mips64el",
    "mipsle": "mipsel",
}
"""GOARCH -> the machine's name, where that is another one."""


class Platform(NamedTuple):
    """The files of one kind that are made for one C library, or are loaded by it for want of another."""

    kind: Kind
    family: str
    """"glibc" or "musl"."""
    libc: Library | None
    """The C library that the loader finds; None if the image has none of this family and kind."""
    loader: Loader
    files: list[Library]


def platforms(image: ImageView, files: Sequence[Library]) -> list[Platform]:
    """That of the image first, then the others that have a C library. Files of other kinds cannot run here."""
    main = _kind_of_image(image, files)
    found: list[Platform] = []
    for kind in sorted({file.kind for file in files}, key=lambda kind: (kind != main, kind)):
        here = [file for file in files if file.kind == kind]
        families = _families(here, at_least_one=kind == main)
        for family in families:
            own = [file for file in here if _loaded_by(file, families) == family]
            found.append(_platform(image, kind, family, here, own))
        if kind == main and len(families) > 1:
            image.problem("several-libcs", f"There are programs for {' and for '.join(families)}.", severity="info")
    return found


def _kind_of_image(image: ImageView, files: Sequence[Library]) -> Kind | None:
    """The kind of most files, of those that the image's architecture allows if there are any."""
    machine = MACHINES.get(image.architecture or "", image.architecture)
    kinds = Counter(file.kind for file in files)
    fitting = {kind: count for kind, count in kinds.items() if kind.name == machine}
    return max(fitting or kinds, key=lambda kind: (kinds[kind], kind), default=None)


def _families(files: Sequence[Library], *, at_least_one: bool) -> list[str]:
    """The families of C libraries among files of one kind, the one that most files are made for first."""
    asked = Counter(map(_asked_for, files))
    present = {_provides(file) for file in files} - {None}
    if not present and at_least_one:
        present = {"musl" if asked["musl"] > asked["glibc"] else "glibc"}
    return sorted((family for family in present if family), key=lambda family: (-asked[family], family))


def _provides(file: Library) -> str | None:
    """The family of the C library that the file is, or is the loader of."""
    if "musl" in file.fact:
        return "musl"
    return "glibc" if file.elf.soname == "libc.so.6" or "directories" in file.fact else None


def _asked_for(file: Library) -> str | None:
    """The family that the file is made for, as far as it says so."""
    if any(name.startswith("libc.musl-") for name in file.elf.needed):
        return "musl"
    return "glibc" if "libc.so.6" in file.elf.needed else loader_family(file.elf.interpreter)


def _loaded_by(file: Library, families: Sequence[str]) -> str | None:
    """The family whose loader gets the file."""
    asked = _provides(file) or _asked_for(file)
    return asked if asked in families else next(iter(families), None)


def _platform(image: ImageView, kind: Kind, family: str, here: Sequence[Library], own: list[Library]) -> Platform:
    libraries = {file.path: file for file in here if not file.is_program}
    asked = Counter(image.tree.real_path(file.elf.interpreter) for file in own if file.elf.interpreter)

    def usual(candidates: list[Library]) -> Library | None:
        """The one that most programs ask for."""
        return min(candidates, key=lambda file: (-asked[file.path], len(file.path), file.path), default=None)

    mark = "musl" if family == "musl" else "directories"
    itself = usual([file for file in own if mark in file.fact])
    loader = Loader(image.tree, search_path(image, kind, family, itself), libraries, itself)
    if family == "musl":
        return Platform(kind, family, itself, loader, own)
    libc = loader.default("libc.so.6") or usual([file for file in own if file.elf.soname == "libc.so.6"])
    return Platform(kind, family, libc, loader, own)
