"""A request: what is to be installed, within which bounds, and where each part of it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from package_extract.resolver.index.options import IndexOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from packaging.requirements import Requirement

__all__ = ["RequestedPackage", "Request"]


class RequestedPackage(Struct, frozen=True):
    """One requirement or constraint, and where it stands."""

    requirement: Requirement
    """With `url` if it names a file or directory instead of an index: absolute; "file:" for a path."""
    origin: str
    """Where it is written, for people: "requirements.txt:3", "pyproject.toml: project.dependencies", "command line"."""
    hashes: tuple[str, ...] = ()
    """"sha256:…": only files with one of these are acceptable; empty for all files."""
    editable: bool = False
    """Asked for in development mode (`-e`)."""


class Request(Struct, frozen=True):
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

    def refuses_wheels(self, project: str) -> bool:
        """Whether no wheel of a project may be taken; what is said of it by name counts before ":all:"."""
        return project in self.no_binary or (":all:" in self.no_binary and project not in self.only_binary)

    def over(self, base: Request) -> Request:
        """Both joined, `base` first."""
        return Request.joined([base, self])

    @classmethod
    def joined(cls, parts: Sequence[Request]) -> Request:
        """One request of several, in their order; what later ones say of indexes counts."""
        options = IndexOptions()
        for part in parts:
            if part.index_options != _NOTHING_SAID:
                options = part.index_options.over(options)
        return cls(
            requirements=tuple(each for part in parts for each in part.requirements),
            constraints=tuple(each for part in parts for each in part.constraints),
            overrides=tuple(each for part in parts for each in part.overrides),
            requires_python=tuple(each for part in parts for each in part.requires_python),
            index_options=options,
            prereleases=any(part.prereleases for part in parts),
            no_binary=tuple(each for part in parts for each in part.no_binary),
            only_binary=tuple(each for part in parts for each in part.only_binary),
            require_hashes=any(part.require_hashes for part in parts),
        )


_NOTHING_SAID = IndexOptions()
