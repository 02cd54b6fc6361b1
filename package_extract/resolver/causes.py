"""Why the solver was told something: the facts that an answer, or the lack of one, is explained with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from package_extract.resolver.dependency import Dependency

__all__ = ["Agreement", "Barred", "Needs", "Offered", "OneVersion", "Preferred", "Requested"]


class Requested(Struct, frozen=True):
    """Somebody asked for a package."""

    number: int
    """Position among the requirements of the whole request."""
    dependency: Dependency
    origin: str
    label: str = ""


class Needs(Struct, frozen=True):
    """A version of one package needs another package; `dependency` None says that the version cannot be had at all."""

    parent: str
    """As the solver names it: with label and extra."""
    dependency: Dependency | None
    problem: str | None = None
    """Why the version cannot be had, as a clause: "its metadata cannot be read"."""
    rule: str | None = None
    """Name of the rule that added the need or forbids the combination."""


class OneVersion(Struct, frozen=True):
    """A package and its extra have to have the same version."""

    name: str


class Offered(Struct, frozen=True):
    """A package is needed, or one that rules offer in its place."""

    name: str
    """The package that was asked for, with its label."""


class Preferred(Struct, frozen=True):
    """A rule would rather have other versions together; it is given up where nothing fits otherwise."""

    rule: str
    together: tuple[tuple[str, str], ...]
    """Qualified names with specifiers."""
    score: float

    @property
    def apart(self) -> Preferred:
        """Itself: a preference is never put together with other causes, for it can be given up."""
        return self


class Agreement(Struct, frozen=True):
    """A package has to be the same, in some sense, in two images."""

    name: str
    first: str
    second: str
    mode: str


class Barred(Struct, frozen=True):
    """Versions of a package are excluded, whoever needs it."""

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
