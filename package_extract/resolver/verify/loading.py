"""Whether the loader would find what a wheel's extension modules need (ld.so(8)).

Looked for are, in this order: libraries of the wheel itself (its RPATHs lead to them), those of the other wheels of the
solution and of what is installed beside them (they are loaded before, or found through an RPATH), and those that the
image's loader finds by itself. Only what an extension module reaches counts: a plug-in that nothing loads fails nobody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from package_extract.formats.libc import BUILT_INTO_MUSL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from package_extract.resolver.target import Target
    from package_extract.resolver.verify.wheel_needs import NativeLibrary, WheelNeeds

__all__ = ["DRIVER_LIBRARIES", "Missing", "Surroundings", "missing"]

_LOADERS = re.compile(r"ld-linux.*|ld-musl-.*|ld64\.so\.\d|ld\.so\.1|linux-vdso.*")
_INTERPRETER = re.compile(r"libpython\d.*\.so.*")
_EXTENSION = re.compile(r".*\.(cpython-\d+.*|abi3|pypy\d+.*)\.so")
_VERSION = re.compile(r"([A-Z]+)_(\d+(?:\.\d+)*)")
DRIVER_LIBRARIES = frozenset({"libcuda.so.1", "libnvidia-ml.so.1", "libnvcuvid.so.1", "libnvidia-encode.so.1"})
"""They come with the driver of the machine that runs the image."""


class Missing(NamedTuple):
    """A need that is not met."""

    library: str
    version: str | None
    """The symbol version that the library lacks; None if there is no such library."""
    needed_by: str
    """Path in the wheel."""


class Surroundings(NamedTuple):
    """What there is besides one wheel."""

    target: Target
    others: frozenset[str]
    """Names of libraries in the other wheels of the solution and in installed distributions."""


def missing(needs: WheelNeeds, surroundings: Surroundings) -> list[Missing]:
    """What the extension modules of a wheel do not find, sorted."""
    own: dict[str, NativeLibrary] = {}
    for library in needs.libraries:
        for name in library.names:
            own.setdefault(name, library)
    own_unread = {path.rpartition("/")[2] for path in needs.unread}
    found: set[Missing] = set()
    modules_unread = any(_is_extension(path) for path in needs.unread)
    queue = [
        each for each in needs.libraries if _is_extension(each.path) or (modules_unread and _is_grafted(each.path))
    ]
    reached = {library.path for library in queue}
    while queue:
        library = queue.pop()
        for name in library.needed:
            bundled = own.get(name)
            if bundled is not None:
                if bundled.path not in reached:
                    reached.add(bundled.path)
                    queue.append(bundled)
            elif name not in own_unread:
                found.update(_lacking(library, name, surroundings))
    return sorted(found, key=lambda each: (each.library, each.version or "", each.needed_by))


def _is_extension(path: str) -> bool:
    basename = path.rpartition("/")[2]
    return bool(_EXTENSION.fullmatch(basename)) or (basename.endswith(".so") and not basename.startswith("lib"))


def _is_grafted(path: str) -> bool:
    """Whether it is a library that was put into the wheel because a module needs it (`NAME.libs`)."""
    return path.rpartition("/")[0].endswith(".libs")


def _lacking(library: NativeLibrary, name: str, surroundings: Surroundings) -> Iterable[Missing]:
    if name in DRIVER_LIBRARIES or name in surroundings.others:
        return
    if _LOADERS.fullmatch(name) or _INTERPRETER.fullmatch(name):
        return
    target = surroundings.target
    if target.libc and target.libc[0] == "musl" and BUILT_INTO_MUSL.match(name):
        return
    versions = library.requires.get(name, [])
    if target.libraries is None:
        for version in versions:
            if _is_beyond(version, target):
                yield Missing(name, version, library.path)
        return
    providers = [each for each in target.libraries.get(name, ()) if each.machine in (None, library.machine)]
    if not providers:
        yield Missing(name, None, library.path)
        return
    for version in versions:
        if not any(version in each.defines for each in providers if each.defines) and any(
            each.defines for each in providers
        ):
            yield Missing(name, version, library.path)


def _is_beyond(version: str, target: Target) -> bool:
    """Whether a symbol version is newer than a C library of which nothing but the version is known."""
    match = _VERSION.fullmatch(version)
    if not match or match[1] != "GLIBC" or not target.libc or target.libc[0] != "glibc" or not target.libc[1]:
        return False
    return _numbers(match[2]) > _numbers(target.libc[1])


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
