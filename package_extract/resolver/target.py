"""What packages are to work in: one Python interpreter, what is installed beside it, and the libraries it can load.

A target comes from a document and one interpreter in it, or from a few words without any image. Nothing of the machine
that the resolver runs on enters it.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from package_extract.resolver.markers import evaluate_marker
from package_extract.resolver.source import expand_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.resolver.source import FileClass

__all__ = ["Cuda", "Installed", "Library", "OperatingSystem", "Target"]

_SYSTEM_OWNERS = frozenset({"rpm", "deb", "apk", "conda"})


class Installed(Struct, frozen=True):
    """A Python distribution that is in the image and that the interpreter finds."""

    name: str
    """Normalized."""
    version: str
    location: str
    requires_dist: tuple[str, ...] = ()
    requires_python: str | None = None
    provides_extra: tuple[str, ...] = ()
    owner_type: str | None = None
    """`rpm`, `deb`, `apk`, `conda` or `python`; None if no package lists it."""
    owner_name: str | None = None
    editable: bool = False
    native_libraries: tuple[str, ...] = ()

    @property
    def system_owned(self) -> bool:
        """Whether another package manager looks after it, so that pip must not touch it."""
        return self.owner_type in _SYSTEM_OWNERS


class Library(Struct, frozen=True):
    """A shared library that the image provides under a soname."""

    path: str
    machine: str | None
    defines: frozenset[str]
    """Symbol versions that it provides; empty for a library without versions."""


class OperatingSystem(Struct, frozen=True):
    """The operating system of the image, as far as it matters for what is missing."""

    id: str | None = None
    id_like: tuple[str, ...] = ()
    version_id: str | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    """Versions of the packages installed, by name."""

    @property
    def family(self) -> str | None:
        """`deb`, `rpm` or `apk`: whose package names to give."""
        for name in (self.id, *self.id_like):
            if name in ("debian", "ubuntu"):
                return "deb"
            if name in (
                "fedora",
                "rhel",
                "centos",
                "suse",
                "opensuse",
                "sles",
                "amzn",
                "azurelinux",
                "mariner",
                "photon",
            ):
                return "rpm"
            if name in ("alpine", "wolfi", "chainguard"):
                return "apk"
        return None


class Cuda(Struct, frozen=True):
    """What the image says of CUDA. The driver belongs to the machine that runs the image, of which nothing is known."""

    toolkits: tuple[str, ...] = ()
    libraries: Mapping[str, str] = field(default_factory=dict)
    """Versions by name: `cudart`, `cudnn` …"""
    minimum_driver: str | None = None

    @property
    def major(self) -> int | None:
        """Major version of the toolkit or of its runtime."""
        version = next(iter(self.toolkits), None) or self.libraries.get("cudart")
        return int(version.split(".")[0]) if version and version.split(".")[0].isdigit() else None


class _Problems(dict["FileClass", "str | None"]):
    """`Target.problems`, each judged once: nearly all classes of a page are those of pages before."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._admitted, self._ranks = target.admitted, target.ranks

    def __missing__(self, file_class: FileClass) -> str | None:
        tag_set, requires_python, _ = file_class
        problem: str | None = None
        if requires_python and not self._admitted[requires_python]:
            problem = "requires-python"
        elif tag_set is None:
            problem = "needs-build"
        elif self._ranks[tag_set] is None:
            problem = "tag"
        self[file_class] = problem
        return problem


class _Admitted(dict[str, bool]):
    """`Target.admitted`, each Requires-Python evaluated once."""

    def __init__(self, python: Version) -> None:
        super().__init__()
        self._python = python

    def __missing__(self, requires_python: str) -> bool:
        try:
            admitted = SpecifierSet(requires_python).contains(self._python, prereleases=True)
        except ValueError:
            admitted = True
        self[requires_python] = admitted
        return admitted


class _Ranks(dict[str, "int | None"]):
    """`Target.ranks`. Most tag sets are of other interpreters, which their first two parts tell."""

    def __init__(self, tags: tuple[str, ...]) -> None:
        super().__init__()
        self._known = {tag: position for position, tag in enumerate(tags)}
        self._interpreters = {tag.rpartition("-")[0] for tag in tags}

    def __missing__(self, tag_set: str) -> int | None:
        rank = None
        interpreter = tag_set.rpartition("-")[0]
        if "." in interpreter or interpreter in self._interpreters:
            known = self._known
            rank = min([known[tag] for tag in expand_tags(tag_set) if tag in known], default=None)
        self[tag_set] = rank
        return rank


class Target(Struct, frozen=True, eq=False, dict=True):
    """One interpreter and its surroundings."""

    markers: Mapping[str, str]
    """The eleven markers of PEP 508; the two that describe a kernel are empty."""
    tags: tuple[str, ...]
    """Tags of acceptable wheels, best first."""
    image: str | None = None
    """How the document names its image; None for a target without one."""
    digest: str | None = None
    python: str | None = None
    """Path of the interpreter in the image."""
    externally_managed: bool = False
    installed: Mapping[str, Installed] = field(default_factory=dict)
    libraries: Mapping[str, tuple[Library, ...]] | None = None
    """Libraries that the loader finds for any extension module, by soname; None if nothing is known of them."""
    machine: str | None = None
    ceilings: Mapping[str, str] = field(default_factory=dict)
    libc: tuple[str, str] | None = None
    system: OperatingSystem = OperatingSystem()
    cuda: Cuda | None = None
    remarks: tuple[str, ...] = ()
    """Sentences for people about how the target was chosen."""
    document: Mapping[str, Any] | None = None
    """What the target was made of, for rules with conditions on the image; None for a target without one."""

    @cached_property
    def python_version(self) -> Version:
        """The full version of Python."""
        return Version(self.markers["python_full_version"].removesuffix("+"))

    @cached_property
    def problems(self) -> Mapping[FileClass, str | None]:
        """For every class of files why none of them can be used: "requires-python", "needs-build", "tag" or None."""
        return _Problems(self)

    @cached_property
    def ranks(self) -> Mapping[str, int | None]:
        """For every compressed tag set the position of the best of its tags; None if the target accepts none."""
        return _Ranks(self.tags)

    @cached_property
    def admitted(self) -> Mapping[str, bool]:
        """For every Requires-Python whether it admits the target; what is no specifier admits all, as pip has it."""
        return _Admitted(self.python_version)

    def holds(self, marker: str, extra: str = "") -> bool:
        """Whether a marker holds here; most are written in the metadata of many packages. Raises `InvalidMarker`."""
        known = self._holding.get((marker, extra))
        if known is None:
            known = self._holding[marker, extra] = evaluate_marker(marker, self.markers, extra)
        return known

    @cached_property
    def _holding(self) -> dict[tuple[str, str], bool]:
        return {}

    @cached_property
    def fingerprint(self) -> str:
        """Equal for targets that accept the same wheels and dependencies."""
        parts = [*(f"{name}={value}" for name, value in sorted(self.markers.items())), *self.tags]
        return sha256("\n".join(parts).encode()).hexdigest()

    def describe(self) -> str:
        """A few words for people."""
        words = [f"{self.markers['platform_python_implementation']} {self.markers['python_full_version']}"]
        if self.libc:
            words.append(" ".join(self.libc))
        words.append(self.markers["platform_machine"])
        return ", ".join(word for word in words if word)
