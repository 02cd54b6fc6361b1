"""A request: what is to be installed, within which bounds, and where each part of it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from package_extract.resolver.index.options import IndexOptions

if TYPE_CHECKING:
    from packaging.requirements import Requirement

__all__ = ["RequestedPackage", "Request"]


@dataclass(frozen=True, slots=True)
class RequestedPackage:
    """One requirement or constraint, and where it stands."""

    requirement: Requirement
    """With `url` if it names a file or directory instead of an index: absolute; "file:" for a path."""
    origin: str
    """Where it is written, for people: "requirements.txt:3", "pyproject.toml: project.dependencies", "command line"."""
    hashes: tuple[str, ...] = ()
    """"sha256:…": only files with one of these are acceptable; empty for all files."""
    editable: bool = False
    """Asked for in development mode (`-e`)."""


@dataclass(frozen=True, slots=True)
class Request:
    """All that was asked for. Requirements of one project may stand in it several times: all of them count."""

    requirements: tuple[RequestedPackage, ...] = ()
    constraints: tuple[RequestedPackage, ...] = ()
    """Bounds for packages that something else asks for; they ask for nothing themselves."""
    overrides: tuple[RequestedPackage, ...] = ()
    """Take the place of every other requirement of the same project."""
    requires_python: tuple[tuple[str, str], ...] = ()
    """(specifier, origin): Python versions that a project says it is for; the target has to be among them."""
    index_options: IndexOptions = field(default_factory=IndexOptions)
    """What files of requirements say of indexes (`--index-url` and the like)."""
    prereleases: bool = False
    """`--pre`: alphas, betas and release candidates count like other versions."""
    no_binary: tuple[str, ...] = ()
    """Normalized names, or ":all:": no wheels of these."""
    only_binary: tuple[str, ...] = ()
    """Normalized names, or ":all:": no source distributions of these."""
    require_hashes: bool = False
    """Every package needs a hash (`--require-hashes`, or a hash anywhere)."""

    def over(self, base: Request) -> Request:
        """Both joined, `base` first."""
        return Request(
            requirements=base.requirements + self.requirements,
            constraints=base.constraints + self.constraints,
            overrides=base.overrides + self.overrides,
            requires_python=base.requires_python + self.requires_python,
            index_options=self.index_options.over(base.index_options),
            prereleases=base.prereleases or self.prereleases,
            no_binary=base.no_binary + self.no_binary,
            only_binary=base.only_binary + self.only_binary,
            require_hashes=base.require_hashes or self.require_hashes,
        )
