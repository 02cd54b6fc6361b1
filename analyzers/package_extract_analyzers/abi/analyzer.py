"""The analyzer `abi`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.formats.elf import ranges
from package_extract.plugin import FilePatterns

from . import libc
from .facts import CACHE, CONFIGURATION, elf_fact, text_fact
from .libraries import Library, directories
from .missing import missing
from .platforms import Platform, platforms
from .versions import highest, ordered

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.plugin import Fact, ImageView, LayerFile, Section

__all__ = ["Abi"]


class Abi:
    """Reads ELF files and what tells loaders where to look; `facts.py` says what a fact is."""

    name = "abi"
    version = 2
    summary = "C library, shared libraries, their symbol versions, and what is missing"
    wants = FilePatterns(
        paths=(CONFIGURATION, CACHE),
        suffixes=(".so", ".conf"),  # ld.so.conf can include any file, by custom one of these
        globs=("etc/ld.so.conf.d/*", "etc/ld-musl-*.path"),
        magics=(b"\x7fELF",),
    )
    after = ("apk", "dpkg", "python_packages", "rpm")
    section = "package_extract.document.abi:AbiSection"

    def __init__(self) -> None:
        self.options: Mapping[str, Any] = {"symbols": False}
        """`symbols`: list the exported and undefined symbols of each library, not only their number."""

    def ranges(self, head: memoryview, size: int) -> Iterable[tuple[int, int]]:
        """The tables of a large library; nothing of a large text."""
        return ranges(head, size)

    def read(self, file: LayerFile) -> Fact | None:
        """The fact of one file."""
        if bytes(file.content[:4]) == b"\x7fELF":
            return elf_fact(file, symbols=bool(self.options["symbols"]))
        return text_fact(file)

    def assemble(self, image: ImageView) -> Section:
        """The libraries as the loaders of the image find them."""
        files = _files(image)
        found = platforms(image, files)
        main = found[0] if found else None
        reached = {path for platform in found for path in platform.loader.reached()}
        lists = bool(self.options["symbols"])
        return {
            "machine": main.kind.name if main else None,
            "libc": libc.describe(image, main.family, main.libc) if main and main.libc else None,
            "ceilings": _ceilings(main) if main else {},
            "libraries": [
                _row(image, file, in_search_path=file.path in reached, lists=lists)
                for file in files
                if not file.is_program
            ],
            "missing": [row for platform in found for row in missing(image, platform)],
        }


def _files(image: ImageView) -> list[Library]:
    """Every library and program, sorted by path. What is broken, and what only seems to be a library, is a problem."""
    files = []
    for path, fact in image.facts():
        if "elf" in fact:
            files.append(Library(path, fact))
            for code, message in files[-1].elf.problems:
                image.problem(code, f"{message[0].upper()}{message[1:]}.", path=path, severity="warning")
        elif fact.get("text"):
            image.problem("linker-script", "This is a script for linkers, not a library.", path=path, severity="info")
        elif "text" in fact:
            image.problem("no-elf", "This file is named like a library and is none.", path=path, severity="info")
    return files


def _ceilings(platform: Platform) -> dict[str, str]:
    """The highest version of each kind that the libraries define which the loader finds without an RPATH."""
    names: dict[str, str] = {}
    for file in platform.files:
        soname = file.elf.soname
        if soname and file.defines and platform.loader.default(soname) is file:
            for prefix, version in highest(file.defines).items():
                if prefix not in names or ordered(version) > ordered(names[prefix]):
                    names[prefix] = version
    return dict(sorted(names.items()))


def _row(image: ImageView, file: Library, *, in_search_path: bool, lists: bool) -> dict[str, Any]:
    elf, fact = file.elf, file.fact
    count, digest = fact.get("symbols", (None, None))
    return {
        "path": file.path,
        "soname": elf.soname,
        "machine": file.kind.name,
        "bits": elf.bits,
        "isa_level": elf.isa_level,
        "needed": elf.needed,
        "rpath": directories(elf.rpath),
        "runpath": directories(elf.runpath),
        "defines": sorted(elf.defines),
        "requires": {name: sorted(versions) for name, versions in sorted(elf.requires.items())},
        "exported_symbols": count,
        "symbols_digest": digest and f"sha256:{digest}",
        "exported": _lines(fact.get("exported")) if lists else None,
        "undefined": _lines(fact.get("undefined")) if lists else None,
        "in_search_path": in_search_path,
        "owner": image.owner(file.path),
        "layer": image.layer(file.path),
    }


def _lines(text: bytes | None) -> list[str] | None:
    if text is None:
        return None
    return text.decode("utf-8", "surrogateescape").split("\n") if text else []
