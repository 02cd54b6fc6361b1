"""The answer: for each image what to install, what stays, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

if TYPE_CHECKING:
    from package_extract.resolver.source import DistributionFile
    from package_extract.resolver.target import Target
    from package_extract.resolver.verify.checking import Verification

__all__ = ["Answer", "Environment", "Justification", "NotChosen", "Pin"]

Status = Literal["install", "change", "keep"]


class NotChosen(Struct, frozen=True):
    """Versions newer than the chosen one, and the first thing that speaks against them."""

    reason: str
    """"tag", "requires-python", "yanked", "prerelease", "constraint", "requirement", "rule", "abi", "abi-assumed",
    "unreadable", "agreement", "needs-build", "newer-than", "hash", "installed", "needed-by-installed",
    "preference" or "conflict"."""
    versions: tuple[str, ...]
    """Ascending."""
    explanation: str
    rule: str | None = None
    """Name of the rule that says so, with the reasons "rule" and "preference"."""
    link: str | None = None


class Justification(Struct, frozen=True):
    """What a rule, or the resolver itself, has to say of a pin."""

    message: str
    rule: str | None = None
    link: str | None = None


class Pin(Struct, frozen=True):
    """One package at one version."""

    name: str
    """Normalized."""
    version: str
    status: Status
    """`install`: the image does not have it, or what it has does not count; `change`: the image has another version;
    `keep`: it stays as it is."""
    extras: tuple[str, ...]
    installed_version: str | None
    file: DistributionFile | None
    """The wheel to install; None for a package that stays."""
    alternatives: tuple[DistributionFile, ...]
    """Other wheels of the version that the target accepts, the better first."""
    direct: bool
    """Whether the user asked for it by name."""
    required_by: tuple[str, ...]
    """"flask 3.0.0 (werkzeug>=3)", or the origin of a requirement."""
    dependencies: tuple[str, ...]
    """Names of the pins that it needs."""
    reason: str
    """Why this version, in a few words."""
    not_chosen: tuple[NotChosen, ...]
    verification: Verification | None
    justifications: tuple[Justification, ...] = ()
    in_place_of: tuple[str, ...] = ()
    """Names of the packages that were asked for, where a rule offers this one in their place."""


class Environment(Struct, frozen=True):
    """The answer for one target."""

    label: str
    target: Target
    pins: tuple[Pin, ...]
    """Sorted by name."""
    remarks: tuple[str, ...] = ()
    """Sentences for people."""

    @property
    def to_install(self) -> tuple[Pin, ...]:
        """What is to be put on top of the image."""
        return tuple(pin for pin in self.pins if pin.status != "keep")

    @property
    def kept(self) -> tuple[Pin, ...]:
        """What is in the image and is to stay as it is."""
        return tuple(pin for pin in self.pins if pin.status == "keep")


class Answer(Struct, frozen=True):
    """The answer to a request."""

    environments: tuple[Environment, ...]
    agreed: dict[str, dict[str, str]] = field(default_factory=dict)
    """Versions by label of the packages that had to agree."""
    statistics: dict[str, int] = field(default_factory=dict)

    @property
    def environment(self) -> Environment:
        """The only one of a request with one target."""
        return self.environments[0]

    @property
    def pins(self) -> dict[str, str]:
        """Versions by name, of a request with one target."""
        return {pin.name: pin.version for pin in self.environment.pins}
