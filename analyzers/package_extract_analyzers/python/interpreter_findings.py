"""All facts of an image about interpreters, by what they tell, and the programs among them."""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING, Any

from package_extract_analyzers.python.interpreter_facts import is_program

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from package_extract.plugin import ImageView, Owner

__all__ = ["InterpreterFindings", "parents"]


class InterpreterFindings:
    """What the visible files of one image say. All paths are real ones."""

    def __init__(self, image: ImageView) -> None:
        self.image, self.tree = image, image.tree
        self.binaries: dict[str, dict[str, Any]] = {}
        self.libcs: dict[str, dict[str, Any]] = {}
        self.virtual: dict[str, dict[str, str]] = {}
        self.pth: dict[str, list[tuple[str, list[str]]]] = {}
        """By directory: name of each `.pth` file, and what it adds."""
        self.homes: dict[str, str] = {}
        self._conda: dict[str, Owner] = {}
        self._others: dict[str, tuple[str, Any]] = {}
        for path, (kind, value) in image.facts():
            self._add(path, kind, value)

    def _add(self, path: str, kind: str, value: Any) -> None:
        directory, _, name = path.rpartition("/")
        if kind == "elf":
            self.binaries[path] = value
        elif kind == "libc":
            self.libcs[path] = value
        elif kind == "pyvenv":
            self.virtual[directory] = value
        elif kind == "pth":
            self.pth.setdefault(directory, []).append((name, value))
        elif kind == "conda":
            owner = {"type": "conda", "name": value["name"], "version": value["version"]}
            prefix = dirname(directory)
            self._conda |= {f"{prefix}/{program}".lstrip("/"): owner for program in value["programs"]}
        elif kind == "passwd":
            self.homes = value
        else:
            self._others[path] = kind, value

    def owner(self, path: str) -> Owner | None:
        """The package that brought a program: what the engine knows, or a package of conda."""
        return self.image.owner(path) or self._conda.get(path)

    def told(self, kind: str, path: str) -> tuple[str, Any] | None:
        """The real path and the fact of this kind of the file at a path (links are followed), or None."""
        real = self.tree.real_path(path)
        found = self._others.get(real) if real is not None else None
        return (real, found[1]) if real is not None and found and found[0] == kind else None

    def programs(self) -> dict[str, list[str]]:
        """The interpreters outside of virtual environments: real path with the other hard links to it beside it."""
        found: dict[tuple[Any, ...], list[str]] = {}
        for path in self.binaries:
            if is_program(path) and not self._in_package_cache(path) and self.virtual_prefix(path) is None:
                node = self.tree.file(path)
                key = (node.origin_layer, node.origin, dirname(path)) if node else (path,)
                found.setdefault(key, []).append(path)
        groups = [sorted(paths, key=_plainness) for paths in found.values()]
        return {paths[0]: paths[1:] for paths in sorted(groups)}

    def virtual_prefix(self, path: str) -> str | None:
        """The virtual environment that a program at this path belongs to: its own directory or the one above."""
        directory = dirname(path)
        return next((one for one in (directory, dirname(directory)) if one in self.virtual), None)

    def links_to(self, targets: Iterable[str]) -> dict[str, list[str]]:
        """The symbolic links that lead to each of some real paths."""
        found: dict[str, list[str]] = {target: [] for target in targets}
        for path, _ in self.tree.links():
            real = self.tree.real_path(path)
            if real in found:
                found[real].append(path)
        return found

    def _in_package_cache(self, path: str) -> bool:
        """Whether conda keeps this program only to link it into environments."""
        return any(
            parent.endswith("/pkgs") and self.tree.is_directory(f"{dirname(parent)}/conda-meta")
            for parent in parents(path)
        )


def parents(path: str) -> Iterator[str]:
    """The directories that a path is in, the innermost first; the root, "", is the last."""
    while path:
        path = dirname(path)
        yield path


def _plainness(path: str) -> tuple[bool, int, str]:
    """Sorts `python3.6` before `python3.6m` and before `python3`."""
    name = path.rpartition("/")[2]
    return "." not in name, len(name), name
