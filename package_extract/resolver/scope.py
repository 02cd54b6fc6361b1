"""One target with all that was asked for it: what a request with several images has several of."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.dependency import Dependency, InvalidDependency, parse_dependency
from package_extract.resolver.errors import NoSolution
from package_extract.resolver.markers import InvalidMarker

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from package_extract.resolver.policy import Policy
    from package_extract.resolver.requirements.request import Request, RequestedPackage
    from package_extract.resolver.target import Installed, Target

__all__ = ["Bound", "Scope", "dependency_of"]


class Bound(NamedTuple):
    """A constraint or an override of one project."""

    dependency: Dependency
    origin: str


class _Dependent(NamedTuple):
    """An installed distribution that needs a project."""

    installed: Installed
    dependency: Dependency


class Scope:
    """A target, a request for it, and what follows from both before anything is looked up."""

    def __init__(self, target: Target, request: Request, policy: Policy, label: str = "") -> None:
        self.target, self.request, self.policy, self.label = target, request, policy, label
        self.constraints: dict[str, list[Bound]] = {}
        self.overrides: dict[str, list[Bound]] = {}
        self.urls: dict[str, str] = {}
        """Projects that were asked for by URL."""
        self.hashes: dict[str, frozenset[str]] = {}
        """Digests, "sha256:…", of which a file of the project must have one."""
        self.roots: list[Bound] = []
        """The requirements that hold for the target."""
        self.left_out: list[str] = []
        """Requirements whose markers do not hold."""
        self._dependents: dict[str, list[_Dependent]] | None = None
        for each in request.requirements:
            self._take(each, self.roots)
        for asked, bounds in ((request.constraints, self.constraints), (request.overrides, self.overrides)):
            for each in asked:
                taken: list[Bound] = []
                self._take(each, taken)
                for bound in taken:
                    bounds.setdefault(bound.dependency.name, []).append(bound)

    def _take(self, asked: RequestedPackage, into: list[Bound]) -> None:
        dependency = dependency_of(asked.requirement)
        if not self.holds(dependency.marker):
            self.left_out.append(dependency.text)
            return
        into.append(Bound(dependency, asked.origin))
        if dependency.url:
            other = self.urls.setdefault(dependency.name, dependency.url)
            if other != dependency.url:
                raise NoSolution.simply(f"{dependency.name} is asked for at {other} and at {dependency.url}")
        if asked.hashes:
            known = self.hashes.get(dependency.name, frozenset())
            self.hashes[dependency.name] = known | frozenset(asked.hashes)

    def holds(self, marker: str, extra: str = "") -> bool:
        """Whether a marker holds in the target. Raises `InvalidMarker`."""
        return not marker or self.target.holds(marker, extra)

    @property
    def prereleases_asked(self) -> bool:
        """Whether pre-releases count like other versions."""
        return self.policy.prereleases == "allow" or self.request.prereleases

    def installed(self, name: str) -> Installed | None:
        """What the image has of a project, unless that is not to count."""
        return None if self.policy.installed == "ignore" else self.target.installed.get(name)

    def is_fixed(self, installed: Installed) -> bool:
        """Whether an installed distribution must stay as it is."""
        return self.policy.installed == "pin" or installed.system_owned

    def dependents(self, name: str) -> list[_Dependent]:
        """Installed distributions that need a project, and what they need of it."""
        if self._dependents is None:
            self._dependents = {}
            for installed in self.target.installed.values() if self.policy.installed != "ignore" else ():
                for dependency in self.dependencies(installed.requires_dist):
                    self._dependents.setdefault(dependency.name, []).append(_Dependent(installed, dependency))
        return self._dependents.get(name, [])

    def dependencies(self, lines: tuple[str, ...]) -> list[Dependency]:
        """Those lines of Requires-Dist that hold without extras; lines that cannot be understood are left out."""
        found = []
        for line in lines:
            try:
                dependency = parse_dependency(line)
                if self.holds(dependency.marker):
                    found.append(dependency)
            except (InvalidDependency, InvalidMarker):
                continue
        return found


def dependency_of(requirement: Requirement) -> Dependency:
    """What a parsed requirement asks for."""
    marker = str(requirement.marker) if requirement.marker else ""
    extras = tuple(sorted(normalize_name(extra) for extra in requirement.extras))
    bare = requirement.name + (f"[{','.join(extras)}]" if extras else "")
    text = f"{bare} @ {requirement.url}" if requirement.url else f"{bare}{requirement.specifier}"
    return Dependency(
        normalize_name(requirement.name), extras, str(requirement.specifier), marker, requirement.url, text
    )
