"""All facts of an image about Python environments, sorted by what they tell."""

from __future__ import annotations

from itertools import chain
from posixpath import join
from typing import TYPE_CHECKING, Any

from package_extract_analyzers.python.conda import conda_prefix
from package_extract_analyzers.python.distributions import Distribution
from package_extract_analyzers.python.environments import Environments
from package_extract_analyzers.python.facts import (
    METADATA_FILE_NAMES,
    is_metadata_directory,
    may_tell,
    metadata_path_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.filesystem.tree import Tree
    from package_extract.plugin import ImageView

__all__ = ["Findings"]


class Findings:
    """What the visible files of one image say."""

    def __init__(self, image: ImageView) -> None:
        self.distributions: dict[str, Distribution] = {}
        self.virtual: dict[str, dict[str, str]] = {}
        self.conda: list[tuple[str, dict[str, Any]]] = []
        self._conda_prefixes: set[str] = set()
        self._pth: list[tuple[str, str]] = []
        self._egg_links: list[tuple[str, str]] = []
        for path, (kind, value) in chain(image.facts(), _linked_facts(image)):
            self._add(path, kind, value)
        self._sites = [path for path in image.tree.directories() if path.endswith("-packages")]

        self._by_site: dict[str, list[Distribution]] = {}
        for one in self.distributions.values():
            self._by_site.setdefault(one.site, []).append(one)

    def environments(self, tree: Tree) -> Environments:
        """Every environment with the directories that it reads; distributions are not yet in their places."""
        environments = Environments(self.virtual, self._conda_prefixes)
        for site in sorted(self._sites, reverse=True):  # lib64 before lib
            environments.add_site(site)
        for site, target in self._pth:
            real = tree.resolve(join("/", site, target))
            if real and tree.is_directory(real):
                environments.lead(real, environments.of_site(site))
        for site, target in self._egg_links:
            real = tree.resolve(join("/", site, target))
            if real and tree.is_directory(real):
                self._link(site, real, environments)
        return environments

    def distributions_in(self, site: str) -> list[Distribution]:
        """Those whose metadata lies directly in this directory."""
        return self._by_site.get(site, [])

    def _add(self, path: str, kind: str, value: Any) -> None:
        directory = path.rpartition("/")[0]
        if kind == "pyvenv":
            self.virtual[directory] = value
        elif kind in ("conda", "conda-history"):
            self._conda_prefixes.add(conda_prefix(path))
            if kind == "conda":
                self.conda.append((path, value))
        elif kind == "pth":
            self._pth += [(directory, target) for target in value]
        elif kind == "egg-link":
            self._egg_links += [(directory, value)] if value else []
        else:
            self._distribution(metadata_path_of(path)).add(path, kind, value)

    def _distribution(self, metadata_path: str) -> Distribution:
        if metadata_path not in self.distributions:
            self.distributions[metadata_path] = Distribution(metadata_path)
        return self.distributions[metadata_path]

    def _link(self, site: str, target: str, environments: Environments) -> None:
        for one in self.distributions_in(target):
            one.linked = True
        environments.link(target, environments.of_site(site))


def _linked_facts(image: ImageView) -> Iterator[tuple[str, Any]]:
    """The facts of files that symbolic links lead to, under the names of the links.

    A site directory may be made of links into another one, file by file (uv's `--link-mode=symlink`, Spack's views) or
    by whole metadata directories (Nix); Python sees no difference.
    """
    for link, _ in image.tree.links():
        if may_tell(link):
            below = (f"{link}/{name}" for name in METADATA_FILE_NAMES if is_metadata_directory(link))
            for path in (link, *below):
                fact = image.fact(path)
                if fact is not None:
                    yield path, fact
