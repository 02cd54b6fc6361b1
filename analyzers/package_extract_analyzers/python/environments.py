"""Environments: which directories Python installs distributions into, and what they belong to.

The layouts are those of `sysconfig`'s installation schemes, of Debian's patch to them, of virtual environments (PEP
405), of conda prefixes and of the user site (PEP 370). A directory in none of these layouts that holds distributions
(`pip install --target`, vendored copies, source trees) is an environment of the kind "unbound".
"""

from __future__ import annotations

import re
from posixpath import dirname
from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.formats.pyvenv import includes_system_site, python_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.filesystem.tree import Tree

__all__ = ["Environment", "Environments"]

_SITE_DIRECTORY = re.compile(
    r"(?:(.*)/)?lib(?:32|64|x32|exec)?/(python|pypy)(\d+(?:\.\d+)?t?)/((?:site|dist)-packages)"
).fullmatch


class Layout(NamedTuple):
    """What the path of a site directory says below its prefix, apart from the version.

    Of two interpreters in one prefix each reads the directories of its own layout: CPython and PyPy, or Debian's
    Python, which reads "dist-packages" under /usr/local, and one that was compiled there.
    """

    program: str = "python"
    directory: str = "site-packages"


_USUAL = Layout()
_Key = tuple[str, str, "str | None", Layout]


class Environment:
    """Site directories that one interpreter reads together."""

    def __init__(
        self,
        prefix: str,
        kind: str,
        series: str | None,
        config: Mapping[str, str] | None = None,
        layout: Layout = _USUAL,
    ) -> None:
        """`series` is what the layout says of the Python version ("3.11", Debian's "3"), `config` a pyvenv.cfg."""
        self.prefix = prefix
        self.kind = kind
        self.series = series
        self.layout = layout
        self.config = config
        self.interpreter: str | None = None
        self.paths: list[str] = []
        self.packages: list[dict[str, Any]] = []

    def find_interpreter(self, tree: Tree) -> str | None:
        """The real path of the interpreter that the prefix's `bin` or the pyvenv.cfg leads to, or None."""
        candidates = [] if self.kind == "unbound" else [f"{self.prefix}/bin/{self.layout.program}{self.series or ''}"]
        if self.config is not None:
            home = self.config.get("home")
            candidates += [f"{self.prefix}/bin/python3", self.config.get("executable", "")]
            candidates += [f"{home}/python{python_version(self.config) or '3'}"] if home else []
        for candidate in filter(None, candidates):
            real = tree.resolve(candidate)
            if real is not None and tree.is_file(real):
                return real
        return None

    def section(self) -> dict[str, Any]:
        """The entry of the document."""
        return {
            "prefix": self.prefix,
            "kind": self.kind,
            "interpreter": self.interpreter,
            "include_system_site": None if self.config is None else includes_system_site(self.config),
            "paths": self.paths,
            "packages": sorted(
                self.packages, key=lambda row: (row["normalized_name"], row["version"] or "", row["metadata_path"])
            ),
        }


class Environments:
    """All environments of an image, and which of them reads a directory."""

    def __init__(self, virtual: Mapping[str, Mapping[str, str]], conda: Iterable[str]) -> None:
        """`virtual` has the pyvenv.cfg of each virtual environment's prefix, `conda` the conda prefixes."""
        self._virtual = virtual
        self._conda = frozenset(conda)
        self._environments: dict[_Key, Environment] = {}
        self._by_site: dict[str, Environment] = {}
        self._layout_sites: set[str] = set()
        for prefix in self._conda | virtual.keys():
            self.of_prefix(prefix)

    def of_prefix(self, prefix: str, series: str | None = None, layout: Layout = _USUAL) -> Environment:
        """The environment of a prefix. A system or user prefix has one for each series and layout, others only one."""
        kind = self._kind(prefix)
        if kind in ("virtualenv", "conda"):
            series, layout = None, _USUAL
        config = self._virtual.get(prefix) if kind == "virtualenv" else None
        return self._add(Environment(prefix, kind, series, config, layout))

    def add_site(self, site: str) -> None:
        """Add a directory that exists, if it has the layout of a site directory."""
        match = _SITE_DIRECTORY(site)
        if match and not self._in_conda_package_cache(match[1] or ""):
            self._layout_sites.add(site)
            self.lead(site, self.of_prefix(match[1] or "", match[3], Layout(match[2], match[4])))

    def lead(self, site: str, environment: Environment) -> None:
        """Say that the environment also imports from this directory."""
        if site not in environment.paths:
            environment.paths.append(site)
        self.link(site, environment)

    def link(self, site: str, environment: Environment) -> None:
        """Say that the environment also sees this directory's distributions. Only the first that does lists them."""
        self._by_site.setdefault(site, environment)

    def of_site(self, site: str) -> Environment:
        """The environment that reads the directory; it is one of its own if no other does."""
        if site not in self._by_site:
            self.lead(site, self._add(Environment(site, "unbound", None)))
        return self._by_site[site]

    def vendoring_site(self, environment: Environment) -> str | None:
        """The site directory that an unbound environment lies within, as vendored copies do; None if there is none."""
        parent = dirname(environment.prefix) if environment.kind == "unbound" else ""
        while parent:
            if parent in self._layout_sites or parent.rpartition("/")[2] in ("site-packages", "dist-packages"):
                return parent
            parent = dirname(parent)
        return None

    def bind(self, tree: Tree) -> None:
        """Give each environment its interpreter, as far as the prefixes alone tell."""
        for environment in self.all():
            environment.interpreter = environment.find_interpreter(tree)
        for environment in self.all():
            if environment.series is not None and "." not in environment.series:
                self._join_version(environment)
        for administrators, distributors in self.overlays():
            administrators.interpreter = distributors.interpreter

    def _join_version(self, shared: Environment) -> None:
        """Join Debian's directories for every version ("3") and for the one that is installed in the same prefix."""
        versions = [
            one
            for one in self._environments.values()
            if (one.prefix, one.kind, one.layout) == (shared.prefix, shared.kind, shared.layout)
            and one.interpreter == shared.interpreter
            and one.series is not None
            and one.series.startswith(f"{shared.series}.")
        ]
        if len(versions) == 1:
            (version,) = versions
            shared.paths += [path for path in version.paths if path not in shared.paths]
            self._by_site |= {site: shared for site, one in self._by_site.items() if one is version}
            del self._environments[_key(version)]

    def overlays(self) -> list[tuple[Environment, Environment]]:
        """Pairs of environments under PREFIX/local and PREFIX that one interpreter reads in this order.

        Debian and Fedora keep what the administrator installs with the distribution's Python apart in this way. A
        Python that lives in PREFIX/local itself has nothing to do with that in PREFIX.
        """
        installed: dict[str, list[Environment]] = {}
        for environment in self.all():
            if environment.kind == "system":
                installed.setdefault(environment.prefix, []).append(environment)
        return [
            (upper, lower)
            for prefix, distributors in installed.items()
            for lower in distributors
            for upper in installed.get(f"{prefix}/local", ())
            if _reads(lower, upper)
        ]

    def all(self) -> list[Environment]:
        """Sorted by prefix, kind and paths."""
        return sorted(self._environments.values(), key=lambda one: (one.prefix, one.kind, one.series or "", one.layout))

    def _add(self, environment: Environment) -> Environment:
        return self._environments.setdefault(_key(environment), environment)

    def _kind(self, prefix: str) -> str:
        if prefix in self._conda:
            return "conda"
        if prefix in self._virtual:
            return "virtualenv"
        return "user" if prefix.rpartition("/")[2] == ".local" else "system"

    def _in_conda_package_cache(self, prefix: str) -> bool:
        cache, _, _ = prefix.rpartition("/")
        conda, _, name = cache.rpartition("/")
        return name == "pkgs" and conda in self._conda


def _key(environment: Environment) -> _Key:
    return environment.prefix, environment.kind, environment.series, environment.layout


def _reads(lower: Environment, upper: Environment) -> bool:
    """Whether the interpreter of `lower` reads `upper`. Debian's own packages ("3") serve every version."""
    if upper.interpreter not in (None, lower.interpreter) or not upper.series or not lower.series:
        return False
    if upper.layout != lower.layout:
        return False
    if lower.interpreter is not None:
        return lower.interpreter.endswith(f"python{upper.series}")
    return upper.series == lower.series or upper.series.startswith(f"{lower.series}.")
