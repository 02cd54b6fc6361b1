"""Which file a loader opens for the name of a library: ld.so(8) for glibc, ldso/dynlink.c for musl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.formats.libc import BUILT_INTO_MUSL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from package_extract.filesystem.tree import Tree

    from .libraries import Library
    from .search_path import SearchPath

    Links = Mapping[str, Iterable[str]]
    """Real path of a library -> the directories, other than its own, that have links to it."""

__all__ = ["Loader"]

HARDWARE = "glibc-hwcaps"
"""Directory of libraries for some processors only (glibc 2.33)."""
MOST_LOOKUPS = 3_000_000
"""Paths that are tried in one image; an image with thousands of libraries takes some ten thousand."""


class Loader:
    """The loader of one libc family for files of one kind."""

    def __init__(
        self, tree: Tree, search: SearchPath, libraries: Mapping[str, Library], itself: Library | None = None
    ) -> None:
        """`libraries` are those of the loader's kind, by real path; `itself` is the loader's file."""
        self.search = search
        self._tree, self._libraries, self._itself = tree, libraries, itself
        self._own_names = itself.names if itself else set()
        self._lookups = 0
        self._places: dict[str, list[str]] = {}
        self._found: dict[str, Library | None] = {}
        self._names = {path.rpartition("/")[2] for path in libraries}
        self._linked: dict[str, dict[str, None]] = {}
        self._read_links()

    def find(self, library: Library, name: str, chain: Sequence[Library] = ()) -> Library | None:
        """What the loader opens for a name that `library` needs, or None.

        `chain` are the files because of which the library itself was loaded, nearest first; their DT_RPATH counts too.
        """
        found = self._search(library, name, chain, {})
        if found is None and not self._linked.keys().isdisjoint([one.path for one in (library, *chain)]):
            found = self._search(library, name, chain, self._linked)
        return found

    def _search(self, library: Library, name: str, chain: Sequence[Library], linked: Links) -> Library | None:
        """The same, where files in `linked` may also have been found by their links."""
        self._lookups += 1
        musl = self.search.family == "musl"
        if name in self._own_names or (musl and BUILT_INTO_MUSL.match(name)):
            return self._itself  # it is loaded before all others
        if "/" in name:
            return next(filter(None, map(self.at, self.search.expand(name, _origins(library, linked)))), None)
        first = [] if musl else self._rpaths(library, chain, linked)
        second = self._run_paths((library, *chain) if musl else (library,), linked)
        found = self._in(first, name) if first else None
        if found is None and second:
            found = self._in(self.search.environment, name) or self._in(second, name)
        return found or self.default(name)

    def is_anywhere(self, name: str) -> bool:
        """Whether any library, or link to one, has the name: if not, no way leads to it."""
        return name.rpartition("/")[2] in self._names

    def spend(self, lookups: int) -> None:
        """Count work that is done because of what was found."""
        self._lookups += lookups

    @property
    def exhausted(self) -> bool:
        """Whether so many paths were tried that answers are not to be trusted any more."""
        return self._lookups > MOST_LOOKUPS

    def default(self, name: str) -> Library | None:
        """What it opens for a name that no RPATH leads to."""
        if name not in self._found:
            self._found[name] = self._default(name)
        return self._found[name]

    def at(self, path: str) -> Library | None:
        """The library at a path; one of another kind does not count."""
        self._lookups += 1
        if self.exhausted:
            return None
        real = self._tree.real_path(path)
        return self._libraries.get(real) if real is not None else None

    def _default(self, name: str) -> Library | None:
        search = self.search
        if search.cache is None:
            return self._in(search.directories(), name)
        found = self._in(search.environment, name)
        cached = (self.at(path) for path in search.cache.get(name, ()))
        return found or next(filter(None, cached), None) or self._in(search.default, name)

    def _read_links(self) -> None:
        """Note the names of links to libraries, and the directories of those that lie elsewhere."""
        for path, _ in self._tree.links():
            library = self._libraries.get(self._tree.real_path(path) or "") if ".so" in path else None
            if library:
                directory, _, name = path.rpartition("/")
                self._names.add(name)
                if directory != library.directory:
                    self._linked.setdefault(library.path, {})[directory] = None

    def _rpaths(self, library: Library, chain: Sequence[Library], linked: Links) -> list[str]:
        """DT_RPATH of glibc: not looked at if the needing library has DT_RUNPATH; nor that of one that has both."""
        if library.elf.runpath is not None:
            return []
        places: list[str] = []
        for one in (library, *chain):
            if one.elf.runpath is None and one.elf.rpath:
                places += self.search.listed(one.elf.rpath, _origins(one, linked))
        return places

    def _run_paths(self, libraries: Iterable[Library], linked: Links) -> list[str]:
        """What is searched behind LD_LIBRARY_PATH: DT_RUNPATH, for musl also DT_RPATH where there is no other."""
        places: list[str] = []
        for one in libraries:
            text = one.elf.rpath if one.elf.runpath is None and self.search.family == "musl" else one.elf.runpath
            if text:
                places += self.search.listed(text, _origins(one, linked))
        return places

    def _in(self, places: Iterable[str], name: str) -> Library | None:
        """The first of these directories that has it; beside each, its subdirectories for some processors."""
        for place in places:
            for directory in self._with_hardware(place):
                found = self.at(f"{directory}/{name}")
                if found:
                    return found
        return None

    def _with_hardware(self, place: str) -> list[str]:
        if place not in self._places:
            below = f"{place}/{HARDWARE}".strip("/")
            real = self._tree.resolve(below) if self.search.family == "glibc" else None
            names = self._tree.children(real) if real is not None else []
            self._places[place] = [place, *(f"/{below}/{name}" for name in names)]
        return self._places[place]

    def searched(self) -> Iterator[str]:
        """Real paths of the directories that it looks into for every library."""
        for place in self.search.directories():
            for directory in self._with_hardware(place):
                real = self._tree.resolve(directory)
                if real is not None:
                    yield real

    def reached(self) -> set[str]:
        """Real paths of the libraries that lie in the search path or are linked from there."""
        searched = set(self.searched())
        found = {path for path, library in self._libraries.items() if library.directory in searched}
        listed = [path for paths in (self.search.cache or {}).values() for path in paths]
        linked = [path for path, _ in self._tree.links() if ".so" in path and path.rpartition("/")[0] in searched]
        for path in (*listed, *linked):
            real = self._tree.real_path(path)
            if real is not None and real in self._libraries:
                found.add(real)
        return found


def _origins(library: Library, linked: Links) -> tuple[str, ...]:
    """What $ORIGIN can be."""
    return (library.directory, *linked.get(library.path, ()))
