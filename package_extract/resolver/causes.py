"""Why the solver was told something: the facts that an answer, or the lack of one, is explained with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_extract.resolver.dependency import Dependency

__all__ = ["Agreement", "Barred", "Needs", "Offered", "OneVersion", "Preferred", "Requested"]


@dataclass(frozen=True, slots=True)
class Requested:
    """Somebody asked for a package."""

    number: int
    """Position among the requirements of the whole request."""
    dependency: Dependency
    origin: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Needs:
    """A version of one package needs another package; `dependency` None says that the version cannot be had at all."""

    parent: str
    """As the solver names it: with label and extra."""
    dependency: Dependency | None
    problem: str | None = None
    """Why the version cannot be had, as a clause: "its metadata cannot be read"."""
    rule: str | None = None
    """Name of the rule that added the need or forbids the combination."""


@dataclass(frozen=True, slots=True)
class OneVersion:
    """A package and its extra have one version."""

    name: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A package is needed, or one that rules offer in its place."""

    name: str
    """The package that was asked for, with its label."""


@dataclass(frozen=True, slots=True)
class Preferred:
    """A rule would rather have other versions together; it is given up where nothing fits otherwise."""

    rule: str
    together: tuple[tuple[str, str], ...]
    """Qualified names with specifiers."""
    score: float

    @property
    def apart(self) -> Preferred:
        """It is never mixed up with what must be."""
        return self


@dataclass(frozen=True, slots=True)
class Agreement:
    """A package has to be the same, in some sense, in two images."""

    name: str
    first: str
    second: str
    mode: str


@dataclass(frozen=True, slots=True)
class Barred:
    """Versions of a package are not taken."""

    name: str
    kind: str
    """"prerelease", "yanked", "constraint", "installed", "needed-by-installed", "rule", "abi", "abi-assumed",
    "unreadable", "hash"."""
    message: str
    """A clause for people: "the constraint numpy<2 (constraints.txt:3) excludes it"."""
    owner: str = ""
    """The installed package that needs other versions, the rule's name, the constraint's origin, or what would help."""
    link: str | None = None
    """Where a rule has it from."""
