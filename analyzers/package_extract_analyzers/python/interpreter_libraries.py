"""The libraries that tell most about an interpreter: its libpython and its C library."""

from __future__ import annotations

import re
from posixpath import dirname, join
from typing import TYPE_CHECKING, Any

from package_extract.formats.elf import machine_name
from package_extract.formats.libc import loader_family

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from package_extract_analyzers.python.interpreter_findings import InterpreterFindings

__all__ = ["architecture", "find_libc", "find_libpython", "is_hard_float"]

_UNAME = {"i386": "i686", "arm": "armv7l", "mipsel": "mips", "mips64el": "mips64"}
"""Machines that `uname -m` calls otherwise than by the name of their architecture."""
_PLATFORM = ("machine", "bits", "order")
_DIRECTORIES = ("lib", "lib64", "usr/lib", "usr/lib64", "usr/local/lib", "usr/local/lib64")
_EABI_5, _HARD_FLOAT = 0x05000000, 0x400


def architecture(binary: Mapping[str, Any], variant: str | None) -> str | None:
    """What `uname -m` prints on a machine that the program is made for; `variant` is the image's ("v6")."""
    name = machine_name(binary["machine"], binary["bits"], binary["order"])
    if name.startswith("em_"):
        return None
    return "armv6l" if name == "arm" and variant == "v6" else _UNAME.get(name, name)


def is_hard_float(binary: Mapping[str, Any]) -> bool:
    """Whether a 32-bit ARM program is of the ABI that manylinux requires."""
    flags: int = binary["flags"]
    return flags & 0xFF000000 == _EABI_5 and flags & _HARD_FLOAT == _HARD_FLOAT


def find_libpython(findings: InterpreterFindings, program: str) -> tuple[str, dict[str, Any]] | None:
    """The libpython or libpypy that a program loads: its path and fact. None if it has none or it is not there."""
    binary = findings.binaries[program]
    for name in binary["needed"]:
        if re.match(r"lib(?:python\d|pypy)", name):
            for directory in _library_directories(findings, program):
                real = findings.tree.real_path(join(directory, name))
                found = findings.binaries.get(real) if real is not None else None
                if real is not None and found and _same_platform(found, binary):
                    return real, found
    return None


def _library_directories(findings: InterpreterFindings, program: str) -> Iterator[str]:
    """The directories of ld.so(8) that a libpython is found in in practice."""
    origin = dirname(program)
    for path in findings.binaries[program]["library_paths"]:
        yield re.sub(r"\$ORIGIN|\$\{ORIGIN\}", f"/{origin}", path)
    yield from filter(None, findings.image.env.get("LD_LIBRARY_PATH", "").split(":"))
    own = dirname(origin)
    for directory in (join(own, "lib"), join(own, "lib64"), origin, *_DIRECTORIES):
        yield directory
        for child in findings.tree.children(findings.tree.real_path(directory) or directory):
            if "-linux-" in child:
                yield join(directory, child)


def find_libc(findings: InterpreterFindings, binary: Mapping[str, Any]) -> dict[str, Any] | None:
    """The entry of the document for the C library that a program's loader belongs to."""
    family = loader_family(binary["interpreter"])
    if family is None:
        return None
    fitting = [
        path
        for path, fact in findings.libcs.items()
        if fact["family"] == family and fact["versions"] and _same_platform(fact, binary)
    ]
    loader = findings.tree.real_path(binary["interpreter"])
    beside = [path for path in fitting if path == loader or dirname(path) == dirname(loader or "")]
    path = next(iter(beside or fitting), None)
    version = findings.libcs[path]["versions"][0] if path is not None else None
    return {"family": family, "version": version, "path": path}


def _same_platform(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(one[name] == other[name] for name in _PLATFORM)
