"""The fact about one file: what a loader reads of an ELF file, or one of the files that tell loaders where to look.

A fact is a dictionary with one of these keys: "elf" (an `ElfFile` as a tuple, its symbols left out), "conf", "cache",
"musl_path", "text". Beside "elf" there may be "symbols" (how many are exported, and the digest of the sorted list),
"exported" and "undefined" (the lists, a symbol in a line), "glibc" or "musl" (the version that the file's text says)
and "directories" (those that a loader of glibc was built to search).
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from package_extract.formats.elf import EXECUTABLE, SHARED_OBJECT, ElfFile, ranges, read_elf
from package_extract.formats.ld_so_cache import parse_ld_so_cache
from package_extract.formats.ld_so_conf import Include, looks_like_ld_so_conf, parse_ld_so_conf, parse_musl_path
from package_extract.formats.libc import glibc_versions, musl_version

if TYPE_CHECKING:
    from package_extract.plugin import LayerFile

__all__ = ["CACHE", "CONFIGURATION", "conf_entries", "elf_fact", "text_fact"]

CONFIGURATION, CACHE = "etc/ld.so.conf", "etc/ld.so.cache"
WHOLE, HEAD = 8 << 20, 1 << 20
"""Files up to this size are there whole; of larger ones, the beginning (`plugin.LayerFile.content`)."""
LARGEST_TEXT = 1 << 20

MUSL = re.compile(rb"musl libc \(")
DIRECTORIES = re.compile(rb"/(?<=\0/)[!-~]{1,200}/\0(?:/[!-~]{1,200}/\0){0,15}")
"""Up to 16 strings, one behind the other; begins with a literal, which is searched for twenty times faster."""
LOADER = re.compile(r"ld(?:-linux[-.\w]*|64)?\.so\.\d+$|ld-\d\.\d+\.so$")


def elf_fact(file: LayerFile, *, symbols: bool) -> dict[str, Any] | None:
    """The fact of an ELF file; None if no loader would load it. Raises `FormatError` if its header is broken."""
    content = file.content
    known = None
    if file.size > WHOLE:
        known = [(0, HEAD), *((start, start + length) for start, length in ranges(content[:HEAD], file.size))]
    elf = read_elf(content, known, exported=True, undefined=symbols, of_programs=False)
    if elf.kind not in (EXECUTABLE, SHARED_OBJECT) or (
        elf.kind == SHARED_OBJECT and not elf.dynamic and not elf.problems
    ):
        return None
    fact: dict[str, Any] = {}
    if not elf.is_program:
        _add_symbols(fact, elf, lists=symbols)
        _add_libc(fact, file, elf)
    fact["elf"] = elf.without_symbols()
    return fact


def _add_symbols(fact: dict[str, Any], elf: ElfFile, *, lists: bool) -> None:
    if elf.exported is not None:
        listed = b"\n".join(elf.exported)
        fact["symbols"] = len(elf.exported), hashlib.sha256(listed).hexdigest()
        if lists:
            fact["exported"] = listed
    if lists and elf.undefined is not None:
        fact["undefined"] = b"\n".join(elf.undefined)


def _add_libc(fact: dict[str, Any], file: LayerFile, elf: ElfFile) -> None:
    """What the C library and its loader say of themselves."""
    name = file.path.rpartition("/")[2]
    if elf.soname == "libc.so.6":
        fact["glibc"] = glibc_versions(bytes(file.content))[0]
    elif name.startswith(("ld-musl-", "libc.musl-", "libc.so")) and MUSL.search(file.content):
        fact["musl"] = musl_version(bytes(file.content))
    if LOADER.fullmatch(elf.soname or name):
        listed = [bytes(match[0]) for match in DIRECTORIES.finditer(file.content)]
        longest = max((run for run in listed if b"/lib" in run), key=len, default=b"")
        fact["directories"] = [path.rstrip("/") for path in longest.decode("ascii").split("\0") if path]


def text_fact(file: LayerFile) -> dict[str, Any] | None:
    """The fact of a file that is no ELF file; None if it has nothing to do with loaders."""
    path = file.path
    if path == CACHE:
        return {"cache": [tuple(entry) for entry in parse_ld_so_cache(bytes(file.content))]}
    data = bytes(file.content[:LARGEST_TEXT])
    if path.startswith("etc/ld-musl-") and path.endswith(".path"):
        return {"musl_path": parse_musl_path(data)}
    if path.endswith(".so"):
        return {"text": data.startswith(b"/* GNU ld script") or b"INPUT" in data[:4096] or b"GROUP" in data[:4096]}
    if path == CONFIGURATION or "/ld.so.conf.d/" in path or looks_like_ld_so_conf(data):
        entries = parse_ld_so_conf(data)
        return {
            "conf": [
                (isinstance(entry, Include), entry[0] if isinstance(entry, Include) else entry) for entry in entries
            ]
        }
    return None


def conf_entries(fact: dict[str, Any]) -> list[str | Include]:
    """The entries of a configuration file, out of its fact."""
    return [Include(text) if is_include else text for is_include, text in fact["conf"]]
