"""What files need and nothing in the image gives them, judged as benevolently as a running process would.

A library may find its needs where the loader looks for it alone. But it may also be loaded because of another file,
whose DT_RPATH then counts, or into a process that has loaded what it needs already: an extension module by an
interpreter, a plug-in by its program, one part of a wheel after the other. Only what no such way leads to is missing.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from package_extract.plugin import ImageView

    from .libraries import Library
    from .loader import Loader
    from .platforms import Platform

__all__ = ["missing"]

MOST_USERS = 64
"""Files that bring in a library, directly or not, whose ways are tried."""
DEEPEST_INHERITANCE = 32
"""Libraries one below the other that are found by the RPATH of the topmost alone."""
SITE = re.compile(r".*/(?:site|dist)-packages(?=/)")


def missing(image: ImageView, platform: Platform) -> list[dict[str, Any]]:
    """The rows of `missing`, sorted."""
    names = _program_names(image, {file.path for file in platform.files if file.is_program})
    needs = Needs(platform.files, platform.loader, image.owner, names)
    found = sorted(needs.missing(), key=lambda need: (need.path, need.needed, need.version or ""))
    if platform.loader.exhausted:
        image.problem("limit", "The search for libraries was given up: it would take millions of look-ups.")
        found = []
    return [{**need._asdict(), "owner": image.owner(need.path)} for need in found]


def _program_names(image: ImageView, programs: set[str]) -> dict[str, list[str]]:
    """The links that lead to programs: a virtual environment has its interpreter by one."""
    names: dict[str, list[str]] = {}
    for path, _ in image.tree.links():
        if "bin/" in path:
            real = image.tree.real_path(path)
            if real in programs:
                names.setdefault(real, []).append(path)
    return names


class Missing(NamedTuple):
    """A need that is not met."""

    path: str
    needed: str
    version: str | None
    elsewhere: list[str]


class Needs:
    """The needs of all files that one loader loads."""

    def __init__(
        self,
        files: Iterable[Library],
        loader: Loader,
        owner: Callable[[str], Mapping[str, Any] | None],
        program_names: Mapping[str, Iterable[str]],
    ) -> None:
        """`program_names` are other paths, links, at which a program is found."""
        self._files, self._loader, self._owner = list(files), loader, owner
        self._direct = {file.path: {name: loader.find(file, name) for name in file.elf.needed} for file in self._files}
        self._users: dict[str, list[Library]] = {}
        self._by_name: dict[str, list[Library]] = {}
        for file in self._files:
            for found in self._direct[file.path].values():
                if found:
                    self._users.setdefault(found.path, []).append(file)
            for name in file.names if not file.is_program else ():
                self._by_name.setdefault(name, []).append(file)
        self._programs = [
            (_prefix(path), file)
            for file in self._files
            if file.is_program
            for path in sorted({file.path, *program_names.get(file.path, ())})
        ]
        self._closures: dict[str, dict[str, Library]] = {}
        self._hosted: dict[str, dict[tuple[str, str], Library]] = {}
        self._inherit()

    def _inherit(self) -> None:
        """Note what libraries find by the RPATH of a user alone, and then what is found because of those."""
        lost = [
            (file, name)
            for file in self._files
            for name, found in self._direct[file.path].items()
            if found is None and not file.is_program and self._loader.is_anywhere(name)
        ]
        for _ in range(DEEPEST_INHERITANCE):
            left = [need for need in lost if not self._finds_by_users(*need)]
            if len(left) == len(lost) or self._loader.exhausted:
                return
            lost = left

    def _finds_by_users(self, file: Library, name: str) -> bool:
        ways = (self._loader.find(file, name, chain) for chain in self._chains(file))
        found = next(filter(None, ways), None)
        if found:
            self._direct[file.path][name] = found
            self._users.setdefault(found.path, []).append(file)
        return found is not None

    def missing(self) -> Iterator[Missing]:
        """The needs that are not met, in the order of the files."""
        for file in self._files:
            if file.elf.interpreter and not self._loader.at(file.elf.interpreter):
                alike = self._by_name.get(file.elf.interpreter.rpartition("/")[2], ())
                yield Missing(file.path, file.elf.interpreter, None, [other.path for other in alike])
            for name in dict.fromkeys(file.elf.needed):
                if self._direct[file.path][name] is None and not any(self._providers(file, name)):
                    yield Missing(file.path, name, None, [other.path for other in self._by_name.get(name, ())])
            if self._loader.search.family == "glibc":  # musl does not look at versions
                yield from self._missing_versions(file)

    def _missing_versions(self, file: Library) -> Iterator[Missing]:
        for name, versions in file.elf.requires.items():
            wanted = {version for version, weak in versions.items() if not weak}
            direct = self._direct[file.path].get(name)
            if direct and (not direct.defines or wanted <= direct.defines):
                continue
            lacking: set[str] | None = None
            for provider in self._providers(file, name):
                lacks = wanted - provider.defines if provider.defines else set[str]()
                lacking = lacks if lacking is None else min(lacking, lacks, key=len)
            for version in sorted(lacking or ()):
                others = [other.path for other in self._by_name.get(name, ()) if version in other.defines]
                yield Missing(file.path, name, version, others)

    def _providers(self, file: Library, name: str) -> Iterator[Library]:
        """All that may answer to a name in a process that has loaded the file."""
        direct = self._direct[file.path].get(name)
        if direct:
            yield direct
        if not file.is_program:
            yield from self._loaded_by_others(file, name) if self._is_anywhere(name) else ()
        elif not direct:
            yield from self._loaded_before(file, name)
        for other in self._by_name.get(name, ()):
            if other is not file and self._together(file, other):
                yield other

    def _is_anywhere(self, name: str) -> bool:
        return name in self._by_name or self._loader.is_anywhere(name)

    def _loaded_before(self, program: Library, name: str) -> Iterator[Library]:
        """What a program has asked for by another name: nothing is in its process but what it brings in itself."""
        return (found for found in self._direct[program.path].values() if found and found.elf.soname == name)

    def _loaded_by_others(self, file: Library, name: str) -> Iterator[Library]:
        for chain in self._chains(file):
            if self._loader.exhausted:
                return
            yield from filter(None, (self._loader.find(file, name, chain), self._closure(chain[-1]).get(name)))
        for (prefix, _), found in self._hosted_by_name().get(name, {}).items():
            if file.path.startswith(prefix):
                yield found

    def _chains(self, file: Library) -> Iterator[tuple[Library, ...]]:
        """The ways by which the file is loaded: what needs it, what needs that, …, and the programs around it."""
        waiting: deque[tuple[Library, tuple[Library, ...]]] = deque([(file, ())])
        seen = {file.path}
        while waiting and len(seen) <= MOST_USERS:
            user, chain = waiting.popleft()
            for above in self._users.get(user.path, ()):
                if above.path not in seen:
                    seen.add(above.path)
                    yield (*chain, above)
                    waiting.append((above, (*chain, above)))
        for prefix, program in self._programs:
            if program.elf.rpath and file.path.startswith(prefix):
                yield (program,)

    def _hosted_by_name(self) -> dict[str, dict[tuple[str, str], Library]]:
        """Name -> (installation, path) -> library that a program of the installation has loaded."""
        if not self._hosted:
            for prefix, program in self._programs:
                for name, library in self._closure(program).items():
                    self._hosted.setdefault(name, {})[prefix, library.path] = library
        return self._hosted

    def _closure(self, file: Library) -> dict[str, Library]:
        """Name -> library of all that is loaded with a file, breadth first: a name that is there is not looked for."""
        if file.path not in self._closures:
            names = dict.fromkeys(file.names, file)
            waiting = [file]
            for one in waiting:
                for name, found in self._direct.get(one.path, {}).items():
                    if found and name not in names:
                        waiting.append(found)
                        names |= dict.fromkeys({name, *found.names} - names.keys(), found)
            self._closures[file.path] = names
            self._loader.spend(len(names))
        return self._closures[file.path]

    def _together(self, file: Library, other: Library) -> bool:
        """Whether two files are made for the same process: of one Python environment, or of one package."""
        site = SITE.match(file.path)
        if site and other.path.startswith(f"{site[0]}/"):
            return True
        owner = self._owner(file.path)
        return owner is not None and owner == self._owner(other.path)


def _prefix(program: str) -> str:
    """The installation that a program belongs to: "opt/python/" for opt/python/bin/python3."""
    parts = program.split("/")[:-1]
    while parts and parts[-1] in ("bin", "sbin"):
        parts.pop()
    return "".join(f"{part}/" for part in parts)
