"""Where a loader looks for a library that no RPATH leads to: ld.so(8), ldconfig(8), and musl's ldso/dynlink.c."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from .facts import CACHE, CONFIGURATION, conf_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.plugin import ImageView

    from .libraries import Kind, Library

__all__ = ["SearchPath", "search_path"]

MULTIARCH = {
    "x86_64": ("x86_64-linux-gnu", "x86_64-linux-gnux32"),
    "i386": ("i386-linux-gnu",),
    "aarch64": ("aarch64-linux-gnu",),
    "arm": ("arm-linux-gnueabihf", "arm-linux-gnueabi"),
    "ppc64le": ("powerpc64le-linux-gnu",),
    "ppc64": ("powerpc64-linux-gnu",),
    "ppc": ("powerpc-linux-gnu",),
    "s390x": ("s390x-linux-gnu",),
    "riscv64": ("riscv64-linux-gnu",),
    "mips64el": ("mips64el-linux-gnuabi64",),
    "mips64": ("mips64-linux-gnuabi64",),
    "mipsel": ("mipsel-linux-gnu",),
    "mips": ("mips-linux-gnu",),
    "loongarch64": ("loongarch64-linux-gnu",),
    "sparc64": ("sparc64-linux-gnu",),
    "alpha": ("alpha-linux-gnu",),
    "ia64": ("ia64-linux-gnu",),
    "m68k": ("m68k-linux-gnu",),
    "sh4": ("sh4-linux-gnu",),
    "parisc": ("hppa-linux-gnu",),
}
"""Machine -> Debian's names of it, of which only the directories that are there matter."""
PLATFORMS = {
    "x86_64": ("x86_64", "haswell", "xeon_phi"),
    "i386": ("i686", "i586", "i386", "haswell", "xeon_phi"),
    "arm": ("v7l", "v8l", "v6l"),
    "ppc64le": ("power8", "power9", "power10"),
    "s390x": ("z900", "z13", "z14", "z15", "z16"),
}
"""What $PLATFORM can be where it is not just the machine's name: it depends on the processor (getauxval(3))."""
MUSL_NAMES = {"arm": ("armhf", "arm"), "ppc64le": ("powerpc64le",), "ppc": ("powerpc",)}
"""Machine -> musl's names of it, where they are others."""
MUSL_DIRECTORIES = ["/lib", "/usr/local/lib", "/usr/lib"]
MOST_INCLUDES = 1000
DEEPEST_INCLUDE = 40
MOST_DIRECTORIES = 1000
TOKEN = {name: re.compile(rf"\$(?:\{{{name}\}}|{name}(?![A-Za-z0-9_]))") for name in ("ORIGIN", "LIB", "PLATFORM")}


class SearchPath(NamedTuple):
    """The search of one loader. Directories are as written, from the root of the image."""

    family: str
    """"glibc" or "musl"."""
    environment: list[str]
    """LD_LIBRARY_PATH."""
    cache: dict[str, list[str]] | None
    """Name -> paths in ld.so.cache; None without such a cache: then `configured` counts, of which it would be made."""
    configured: list[str]
    """The directories of ld.so.conf."""
    default: list[str]
    """Those that the loader was built with."""
    tokens: dict[str, tuple[str, ...]]
    """What $LIB and $PLATFORM can stand for."""
    working: str
    """The directory in which the image's program starts, without a slash at its end: relative paths begin there."""

    def expand(self, path: str, origins: Sequence[str]) -> list[str]:
        """A path from the root, without its tokens; `origins` are the directories of the library that has it."""
        found = [path]
        for name, values in (*self.tokens.items(), ("ORIGIN", [f"/{origin}" for origin in origins])):
            if name in path:
                parts = [TOKEN[name].split(one) for one in found]
                found = [value.join(part) for part in parts for value in values]
        return [one if one.startswith("/") else f"{self.working}/{one}" for one in found]

    def listed(self, text: str, origins: Sequence[str] = ("",)) -> list[str]:
        """The directories of an RPATH or of LD_LIBRARY_PATH; of absurdly many, the first.

        An empty one is the working directory, but not for musl.
        """
        parts = text.split(":", MOST_DIRECTORIES)[:MOST_DIRECTORIES] if text else []
        return [place for part in parts if part or self.family == "glibc" for place in self.expand(part, origins)]

    def directories(self) -> list[str]:
        """Every directory that is searched for each library, in order."""
        return [*self.environment, *(self.configured if self.cache is None else []), *self.default]


def search_path(image: ImageView, kind: Kind, family: str, loader: Library | None) -> SearchPath:
    """The search of a loader of this family and kind; `loader` is its file, if the image has it."""
    variable = image.env.get("LD_LIBRARY_PATH", "")
    working = _working_directory(image)
    if family == "musl":
        search = SearchPath(family, [], None, [], _musl_directories(image, kind), {}, working)
        return search._replace(environment=search.listed(variable))
    default = (loader.fact.get("directories") if loader else None) or _usual_directories(kind)
    platforms = PLATFORMS.get(kind.name, (kind.name,))
    tokens = {"LIB": (default[0].removeprefix("/"),), "PLATFORM": platforms}
    search = SearchPath(family, [], _cache(image), _configured(image), default, tokens, working)
    return search._replace(environment=search.listed(variable.replace(";", ":")))


def _working_directory(image: ImageView) -> str:
    settings = image.config.get("config")
    directory = settings.get("WorkingDir") if isinstance(settings, dict) else None
    return f"/{directory}".rstrip("/") if isinstance(directory, str) else ""


def _usual_directories(kind: Kind) -> list[str]:
    """For an image without a loader: the directories of all distributions."""
    names = [f"lib/{name}" for name in MULTIARCH.get(kind.name, ())]
    names += ["lib64", "lib"] if kind.bits == 64 else ["lib", "libx32"] if kind.name == "x86_64" else ["lib"]
    return [f"{prefix}{name}" for name in names for prefix in ("/", "/usr/")]


def _musl_directories(image: ImageView, kind: Kind) -> list[str]:
    """Those of the path file, which is named as the loader."""
    for name in MUSL_NAMES.get(kind.name, (kind.name,)):
        fact = image.fact(f"etc/ld-musl-{name}.path")
        if fact and "musl_path" in fact:
            return list(fact["musl_path"])
    return MUSL_DIRECTORIES


def _cache(image: ImageView) -> dict[str, list[str]] | None:
    """The cache, with the libraries that only some processors take behind the others."""
    fact = image.fact(CACHE)
    if not fact or "cache" not in fact:
        return None
    names: dict[str, list[str]] = {}
    for name, path, _ in sorted(fact["cache"], key=lambda entry: bool(entry[2])):
        names.setdefault(name, []).append(path)
    return names


def _configured(image: ImageView) -> list[str]:
    """The directories of ld.so.conf and of what it includes, in order. A circle of includes is a problem."""
    found: dict[str, None] = {}
    seen: set[str] = set()

    def read(path: str, above: tuple[str, ...]) -> None:
        real = image.tree.resolve(path)
        if real is None:
            return
        if real in above or len(above) >= DEEPEST_INCLUDE:
            image.problem("include-cycle", "This file includes itself.", path=real, severity="warning")
            return
        fact = image.fact(real)
        if not fact or "conf" not in fact or real in seen or len(seen) >= MOST_INCLUDES:
            return
        seen.add(real)
        for entry in conf_entries(fact):
            if isinstance(entry, str):
                found[entry.rstrip("/") or "/"] = None
                continue
            base = "" if entry.pattern.startswith("/") else path.rpartition("/")[0]
            for included in _matching(image, f"{base}/{entry.pattern}"):
                read(included, (*above, real))

    read(CONFIGURATION, ())
    return list(found)[:MOST_DIRECTORIES]


def _matching(image: ImageView, pattern: str) -> list[str]:
    """The paths that fit a pattern of glob(7), sorted."""
    from fnmatch import fnmatchcase

    paths = [""]
    for part in pattern.strip("/").split("/"):
        if not re.search(r"[*?\[]", part):
            paths = [f"{path}/{part}" for path in paths]
            continue
        found = []
        for path in paths:
            real = image.tree.real_path(path.strip("/"))
            names = image.tree.children(real) if real is not None else []
            found += [f"{path}/{name}" for name in names if fnmatchcase(name, part) and not name.startswith(".")]
        paths = found[:MOST_INCLUDES]
    return [path.strip("/") for path in paths]
