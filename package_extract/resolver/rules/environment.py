"""What rules can be conditional on: facts about the image and the hardware, and what was asked for."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Circumstances", "Environment", "Hardware", "InstalledPython", "Mode", "SystemPackage"]

Mode = Literal["intent", "strict"]
"""What authors meant, or what Thoth's own code does."""


class SystemPackage(NamedTuple):
    """A package of rpm, deb or apk."""

    name: str
    version: str
    """Upstream's version for rpm; the whole version for the others."""
    release: str | None = None
    epoch: int | None = None
    arch: str | None = None

    def identifiers(self) -> tuple[str, ...]:
        """Name, epoch, version, release and architecture as rpm writes them, with the epoch and without."""
        end = f"{self.version}-{self.release}.{self.arch}"
        plain = f"{self.name}-{end}"
        return (plain,) if self.epoch is None else (f"{self.name}-{self.epoch}:{end}", plain)


class InstalledPython(NamedTuple):
    """A Python distribution in the image."""

    name: str
    """Normalized."""
    version: str
    location: str
    """Directory, with a leading slash."""


class Hardware(NamedTuple):
    """The machine that programs will run on; None for what is not known."""

    cpu_family: int | None = None
    cpu_model: int | None = None
    cpu_flags: frozenset[str] | None = None
    gpu_model: str | None = None


class Environment(Struct, eq=False, dict=True):
    """What is known of an image; all of it None or empty if there is none."""

    image_given: bool = False
    images: tuple[str, ...] = ()
    """Names with tags and digests, its own and those of images that it is built on, the best known first."""
    system: tuple[str, str | None] | None = None
    """Operating system: `ID` and `VERSION_ID` of os-release."""
    python_version: str | None = None
    """Major and minor."""
    cuda_version: str | None = None
    cudnn_version: str | None = None
    openblas_version: str | None = None
    openmpi_version: str | None = None
    mkl_version: str | None = None
    platform: str | None = None
    """As Python's sysconfig says it: `linux-x86_64`."""
    rpms: tuple[SystemPackage, ...] = ()
    others: tuple[SystemPackage, ...] = ()
    """Packages of dpkg and apk."""
    pythons: tuple[InstalledPython, ...] = ()
    symbols: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Symbol versions that libraries define, by soname."""
    hardware: Hardware = field(default_factory=Hardware)

    @cached_property
    def all_symbols(self) -> frozenset[str]:
        """Symbol versions of all libraries."""
        return frozenset().union(*self.symbols.values())

    @cached_property
    def systems(self) -> frozenset[tuple[str, str | None]]:
        """The operating system under all names that a rule may call it: ubi is rhel, and 8.10 is also 8."""
        if self.system is None:
            return frozenset()
        name, version = self.system
        names = {name, *({"rhel", "ubi"} if name in ("rhel", "ubi") else ())}
        parts = (version or "").split(".")
        versions = {".".join(parts[: count + 1]) or None for count in range(len(parts))}
        return frozenset((name, version) for name in names for version in versions)

    @cached_property
    def python_by_name(self) -> dict[str, list[InstalledPython]]:
        """Python distributions by name."""
        found: dict[str, list[InstalledPython]] = {}
        for each in self.pythons:
            found.setdefault(each.name, []).append(each)
        return found


class Circumstances(NamedTuple):
    """What was asked for, and how rules are to be read."""

    mode: Mode = "intent"
    pipeline: Literal["adviser", "dependency_monkey"] = "adviser"
    recommendation_type: str | None = "latest"
    decision_type: Literal["all", "random"] | None = None
    authenticated: bool = False
    labels: Mapping[str, str] = MappingProxyType({})
    library_usage: Mapping[str, Any] = MappingProxyType({})
    """Library -> names of it that a program uses; or with this under `report`."""
