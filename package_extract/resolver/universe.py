"""Python packages as the solver's universe: names are variables, versions values, Requires-Dist implications.

A variable is named "project" or "project[extra]", with "label:" before it where a request has several images. An extra
is a variable of its own with the versions of its project, and linked with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from packaging.specifiers import InvalidSpecifier

from package_extract.resolver.causes import Agreement, Barred, Needs, OneVersion
from package_extract.resolver.dependency import Dependency, InvalidDependency, parse_dependency
from package_extract.resolver.errors import CorruptDistribution, HashMismatch, UnknownProject
from package_extract.resolver.markers import InvalidMarker, names_extra
from package_extract.resolver.masks import specifier_names_prerelease
from package_extract.resolver.package import Package
from package_extract.resolver.prefetching import Prefetching
from package_extract.resolver.rules_protocol import NoRules
from package_extract.resolver.solver.search import Domain, DomainLink
from package_extract.resolver.source import Metadata
from package_extract.resolver.url_wheel import url_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from package_extract.resolver.causes import Requested
    from package_extract.resolver.rules_protocol import Rules, Verdict
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.solver.clauses import Cause
    from package_extract.resolver.source import DistributionFile, ProjectPage, Source

__all__ = ["PackageUniverse", "Variable", "qualified", "split_name", "staying"]

Alternatives = list[tuple[str, "int | None"]]
Implication = tuple[Alternatives, "Cause"]


class Variable(NamedTuple):
    """What the name of a variable stands for."""

    scope: Scope
    project: str
    extra: str
    package: Package


def split_name(name: str) -> tuple[str, str, str]:
    """Label, project and extra of a variable's name."""
    label, _, rest = name.rpartition(":")
    project, _, extra = rest.partition("[")
    return label, project, extra.removesuffix("]")


class PackageUniverse:
    """All packages of a request; it stays the same over the several searches that one answer can take."""

    def __init__(
        self,
        scopes: Sequence[Scope],
        source: Source,
        rules: Rules | None = None,
        agreements: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`agreements`: normalized names, and in what sense (`exact`, `compatible`, `major`) all labels agree."""
        self.scopes = {scope.label: scope for scope in scopes}
        self.source = source
        self.rules: Rules = rules or NoRules()
        self.agreements = dict(agreements)
        self._blocked: list[tuple[str, dict[str, int], Verdict]] = []
        self._prefetching = Prefetching(self)
        self.released: set[tuple[str, str]] = set()
        """(kind, variable) of bars that were lifted, because nothing was possible with them."""
        self.forbidden: dict[str, list[tuple[int, Barred]]] = {}
        """Versions that were found not to work, by project with its label."""
        self._variables: dict[str, Variable] = {}
        self._packages: dict[str, Package] = {}
        self._implied: dict[tuple[str, int], list[Implication]] = {}
        self._metadata: dict[tuple[str, int], Metadata | str] = {}

    def variable(self, name: str) -> Variable:
        """What a name stands for; the project's page is fetched if it is new. Raises what the source raises."""
        variable = self._variables.get(name)
        if variable is None:
            label, project, extra = split_name(name)
            scope = self.scopes[label]
            variable = self._variables[name] = Variable(scope, project, extra, self.package(scope, project))
        return variable

    def package(self, scope: Scope, project: str) -> Package:
        """The package of a project for a target."""
        key = qualified(scope, project)
        package = self._packages.get(key)
        if package is None:
            package = self._packages[key] = self._load(scope, project)
        return package

    def knows(self, scope: Scope, project: str) -> bool:
        """Whether the project was met already."""
        return qualified(scope, project) in self._packages

    def _load(self, scope: Scope, project: str) -> Package:
        installed = scope.installed(project)
        if installed and not _is_version(installed.version):
            installed = None
        fixed = installed is not None and scope.is_fixed(installed)
        shared = project in self.agreements and len(self.scopes) > 1
        page: ProjectPage | None = None
        if project in scope.urls:
            page = url_page(project, scope.urls[project])
            installed, fixed = None, False
        elif not fixed or shared:
            page = self._page(project, optional=installed is not None)
        others = self._installed_elsewhere(project) if shared else []
        no_wheels = ":all:" in scope.request.no_binary or project in scope.request.no_binary
        return Package(
            project, scope.target, page, installed=installed, known=others, only_installed=fixed, no_wheels=no_wheels
        )

    def _page(self, project: str, *, optional: bool) -> ProjectPage | None:
        self._prefetching.wait_for_page(project)
        try:
            return self.source.project(project)
        except UnknownProject:
            if optional:
                return None
            raise

    def _installed_elsewhere(self, project: str) -> list[str]:
        found = [scope.installed(project) for scope in self.scopes.values()]
        return sorted({each.version for each in found if each and _is_version(each.version)})

    # What the solver asks.

    def domain(self, name: str) -> Domain:
        """All versions of the page; those that cannot be used are excluded without a cause, the others with one."""
        scope, project, extra, package = self.variable(name)
        if extra:
            link = DomainLink(qualified(scope, project), _same, required=True, cause=OneVersion(name))
            return Domain(len(package.versions), (), (link,))
        bars = list(self.bars(scope, package))
        return Domain(len(package.versions), [(package.all & ~mask, bar) for mask, bar in bars], self._agreed(name))

    def bars(self, scope: Scope, package: Package) -> Iterator[tuple[int, Barred]]:
        """What is excluded whatever anybody needs, and why."""
        name = qualified(scope, package.name)
        if unusable := package.all & ~package.usable:
            yield unusable, self._unusable(package, name)
        yanked = package.yanked if ("yanked", name) not in self.released else 0
        if yanked and (mask := yanked & ~self._pinned(scope, package)):
            yield mask, Barred(name, "yanked", "it was withdrawn from the index")
        if not self._prereleases_count(scope, package) and package.prereleases:
            yield package.prereleases, Barred(name, "prerelease", "it is a pre-release, and none was asked for")
        yield from self._constraint_bars(scope, package, name)
        yield from self._dependent_bars(scope, package, name)
        if package.name in scope.hashes:
            yield from self._hash_bars(scope, package, name)
        for mask, verdict in self.rules.forbidden(package.name, package.versions, scope.label):
            if mask & package.usable:
                yield mask, Barred(name, "rule", verdict.message, verdict.rule)
        yield from self.forbidden.get(name, ())

    @staticmethod
    def _unusable(package: Package, name: str) -> Barred:
        stays = staying(package)
        return Barred(name, "installed", stays) if stays else Barred(name, "unusable", "no file of it can be used")

    def _constraint_bars(self, scope: Scope, package: Package, name: str) -> Iterator[tuple[int, Barred]]:
        for bound in scope.constraints.get(package.name, ()):
            text = f"the constraint {bound.dependency.text} ({bound.origin}) excludes it"
            if mask := package.all & ~package.select(bound.dependency.specifier):
                yield mask, Barred(name, "constraint", text, bound.origin)

    def _dependent_bars(self, scope: Scope, package: Package, name: str) -> Iterator[tuple[int, Barred]]:
        """An installed distribution that stays as it is must still find what it needs."""
        for installed, dependency in scope.dependents(package.name):
            if ("needed-by-installed", qualified(scope, installed.name)) in self.released:
                continue
            mask = package.usable & ~(self._selected(package, dependency.specifier) | package.kept)
            if mask:
                need = dependency.text.partition(";")[0].strip()
                text = f"the installed {installed.name} {installed.version} needs {need}"
                yield mask, Barred(name, "needed-by-installed", text, installed.name)

    def _hash_bars(self, scope: Scope, package: Package, name: str) -> Iterator[tuple[int, Barred]]:
        allowed = scope.hashes[package.name]
        good = package.kept
        asked = package.usable
        for bound in scope.roots:
            if bound.dependency.name == package.name:
                asked &= package.select(bound.dependency.specifier)
        for position in range(len(package.versions)):
            if asked >> position & 1 and any(_has_hash(file, allowed) for file in package.usable_files(position)):
                good |= 1 << position
        if mask := package.usable & ~good:
            yield mask, Barred(name, "hash", "no file of it has one of the hashes that were given")

    def _pinned(self, scope: Scope, package: Package) -> int:
        """Versions that were asked for by `==`: only those may be withdrawn (PEP 592)."""
        mask = 0
        for bound in [*scope.roots, *scope.constraints.get(package.name, ())]:
            specifier = bound.dependency.specifier
            if bound.dependency.name == package.name and specifier.startswith("==") and "*" not in specifier:
                mask |= package.select(specifier)
        return mask

    def _prereleases_count(self, scope: Scope, package: Package) -> bool:
        name = qualified(scope, package.name)
        if scope.prereleases_asked or ("prerelease", name) in self.released or package.name in scope.urls:
            return True
        if scope.policy.prereleases == "never":
            return False
        bounds = [bound for bound in scope.roots if bound.dependency.name == package.name]
        bounds += scope.constraints.get(package.name, [])
        if any(specifier_names_prerelease(bound.dependency.specifier) for bound in bounds):
            return True
        return package.prereleases == package.usable & ~package.kept

    def _agreed(self, name: str) -> list[DomainLink]:
        """Links with the same project under the labels that come before this one."""
        label, project, _ = split_name(name)
        mode = self.agreements.get(project)
        if mode is None:
            return []
        links = []
        for other in self.scopes:
            if other == label:
                break
            image = _image(self.variable(name).package, mode)
            cause = Agreement(project, other, label, mode)
            links.append(DomainLink(qualified(self.scopes[other], project), image, required=False, cause=cause))
        return links

    def best(self, name: str, values: int) -> int:
        """The version to try first."""
        scope, project, _, package = self.variable(name)
        if package.kept & values and scope.policy.installed in ("prefer", "pin"):
            return package.kept.bit_length() - 1
        values &= package.all
        if self.rules.scored(project, scope.label):
            values = self._highest_scored(scope, package, values)
        finals = values & ~package.prereleases
        if finals and ("prerelease", qualified(scope, project)) in self.released:
            values = finals
        return values.bit_length() - 1

    def _highest_scored(self, scope: Scope, package: Package, values: int) -> int:
        scores: dict[int, float] = {}
        for position in range(len(package.versions)):
            if values >> position & 1:
                scores[position] = self.rules.score(package.name, package.versions, position, scope.label)
        highest = max(scores.values())
        return sum(1 << position for position, score in scores.items() if score == highest)

    def implied(self, name: str, value: int) -> list[Implication]:
        """What a version needs."""
        key = name, value
        implications = self._implied.get(key)
        if implications is None:
            variable = self.variable(name)
            implications = self._implied[key] = list(self._implications(name, variable, value))
        clauses = self._rule_clauses(name, value)
        return [*implications, *clauses] if clauses else implications

    def _implications(self, name: str, variable: Variable, value: int) -> Iterator[Implication]:
        scope, project, extra, package = variable
        try:
            dependencies = self.dependencies(scope, package, value, extra)
        except Unreadable as error:
            yield [], Needs(name, None, str(error))
            return
        self._prefetching.expect(scope, [dependency for dependency, _ in dependencies])
        version = package.versions.text(value)
        for dependency, rule in dependencies:
            if self.rules.drops(project, version, dependency.name, scope.label):
                continue
            yield from self._needs(name, scope, dependency, rule)

    def expected(self, scope: Scope, package: Package, value: int, extra: str) -> list[Dependency]:
        """What a version needs, as far as it can be told."""
        try:
            return [dependency for dependency, _ in self.dependencies(scope, package, value, extra)]
        except Unreadable:
            return []

    def dependencies(
        self, scope: Scope, package: Package, value: int, extra: str = ""
    ) -> list[tuple[Dependency, str | None]]:
        """What a version needs in the target, alone or for an extra, with the rule that says so if it is not its own.

        Raises `Unreadable` if that cannot be told.
        """
        metadata = self.metadata(scope, package, value)
        if isinstance(metadata, str):
            raise Unreadable(metadata)
        found: list[tuple[Dependency, str | None]] = []
        try:
            for line in metadata.requires_dist:
                dependency = parse_dependency(line)
                if extra:
                    if not names_extra(dependency.marker) or not scope.holds(dependency.marker, extra):
                        continue
                    if scope.holds(dependency.marker):
                        continue
                elif dependency.marker and not scope.holds(dependency.marker):
                    continue
                found.append((dependency, None))
        except (InvalidDependency, InvalidMarker) as error:
            raise Unreadable(f"its metadata is not valid: {error}") from None
        if not extra:
            version = package.versions.text(value)
            for line, verdict in self.rules.extra_requirements(package.name, version, scope.label):
                dependency = parse_dependency(line)
                if scope.holds(dependency.marker):
                    found.append((dependency, verdict.rule))
        return found

    def metadata(self, scope: Scope, package: Package, value: int) -> Metadata | str:
        """The metadata of a version, or why it cannot be had."""
        key = qualified(scope, package.name), value
        found = self._metadata.get(key)
        if found is None:
            found = self._metadata[key] = self._read_metadata(package, value)
        return found

    def _read_metadata(self, package: Package, value: int) -> Metadata | str:
        if package.is_installed(value) and package.installed:
            installed = package.installed
            return Metadata(installed.name, installed.version, installed.requires_dist, None, installed.provides_extra)
        file = package.file(value)
        if file is None:
            return "no file of it can be used"
        self._prefetching.wait_for_metadata(package, value, file)
        try:
            return self.source.metadata(file)
        except (CorruptDistribution, HashMismatch) as error:
            return str(error)

    def _needs(self, name: str, scope: Scope, dependency: Dependency, rule: str | None) -> Iterator[Implication]:
        cause = Needs(name, dependency, None, rule)
        if dependency.url and scope.urls.get(dependency.name) != dependency.url:
            yield [], Needs(name, dependency, f"it needs {dependency.text}, and nobody asked for that address")
            return
        try:
            package = self.package(scope, dependency.name)
            mask = self.allowed(scope, package, dependency)
        except UnknownProject:
            yield [], Needs(name, dependency, f"it needs {dependency.name}, which no index has")
            return
        except InvalidSpecifier:
            yield [], Needs(name, dependency, f"what it needs is not valid: {dependency.text[:80]!r}")
            return
        base = qualified(scope, dependency.name)
        yield [(base, mask)], cause
        for extra in dependency.extras:
            yield [(f"{base}[{extra}]", mask)], cause

    def allowed(self, scope: Scope, package: Package, dependency: Dependency) -> int:
        """The versions that satisfy a dependency, or the overrides of its project. Raises `InvalidSpecifier`."""
        overrides = scope.overrides.get(dependency.name)
        if not overrides:
            return self._selected(package, dependency.specifier)
        mask = package.all
        for bound in overrides:
            mask &= package.select(bound.dependency.specifier)
        return mask

    @staticmethod
    def _selected(package: Package, specifier: str) -> int:
        return package.select(specifier) if specifier else package.all

    def requested(self, cause: Requested) -> list[tuple[Alternatives, Cause]]:
        """What a requirement of the user says. Raises `UnknownProject`, `InvalidSpecifier`, what the source raises."""
        scope = self.scopes[cause.label]
        package = self.package(scope, cause.dependency.name)
        mask = self.allowed(scope, package, cause.dependency)
        base = qualified(scope, cause.dependency.name)
        clauses: list[tuple[Alternatives, Cause]] = [([(base, mask)], cause)]
        clauses += [([(f"{base}[{extra}]", mask)], cause) for extra in cause.dependency.extras]
        return clauses

    def expect_roots(self, roots: Sequence[Requested]) -> None:
        """Begin to fetch what will be needed first."""
        for label, scope in self.scopes.items():
            self._prefetching.expect(scope, [root.dependency for root in roots if root.label == label])

    def has_hash(self, scope: Scope, file: DistributionFile) -> bool:
        """Whether a file is one of those whose hashes the user gave."""
        return _has_hash(file, scope.hashes[file.project])

    def block(self, scope: Scope, together: Mapping[str, int], verdict: Verdict) -> None:
        """These versions must not be chosen together again."""
        self._blocked.append((scope.label, dict(together), verdict))

    def _blocking_clauses(self, scope: Scope, project: str, value: int) -> Iterator[Implication]:
        for label, together, verdict in self._blocked:
            if label == scope.label and together.get(project) == value:
                alternatives: Alternatives = []
                for other, position in together.items():
                    if other != project:
                        name = qualified(scope, other)
                        alternatives += [(name, self.package(scope, other).all & ~(1 << position)), (name, None)]
                yield alternatives, Needs(qualified(scope, project), None, verdict.message, verdict.rule)

    def _rule_clauses(self, name: str, value: int) -> list[Implication]:
        scope, project, extra, package = self.variable(name)
        if extra:
            return []
        found = list(self._blocking_clauses(scope, project, value)) if self._blocked else []
        for clause in self.rules.clauses(project, scope.label):
            specifier = clause.together.get(project)
            if specifier is None or not self._selected(package, specifier) >> value & 1:
                continue
            alternatives = self._not_together(scope, clause.together, project)
            if alternatives is not None:
                found.append((alternatives, Needs(name, None, clause.verdict.message, clause.verdict.rule)))
        return found

    def _not_together(self, scope: Scope, together: Mapping[str, str], project: str) -> Alternatives | None:
        """One of the other packages is at a version that is not meant, or is absent; None if that is so anyway."""
        alternatives: Alternatives = []
        for other, specifier in together.items():
            if other == project:
                continue
            installed = scope.installed(other)
            if installed is None and not self.knows(scope, other):
                return None
            package = self.package(scope, other)
            meant = self._selected(package, specifier)
            alternatives.append((qualified(scope, other), package.all & ~meant))
            if not meant & package.kept:
                alternatives.append((qualified(scope, other), None))
        return alternatives


class Unreadable(Exception):
    """What a version needs cannot be told."""


def qualified(scope: Scope, project: str) -> str:
    """The name of the variable of a project."""
    return f"{scope.label}:{project}" if scope.label else project


def staying(package: Package) -> str | None:
    """That the image's version is the only one there may be; None if others may."""
    installed = package.installed
    if installed is None or package.usable != package.kept:
        return None
    owner = f", which the package {installed.owner_name} owns" if installed.system_owned else ""
    return f"the image has {installed.name} {installed.version}{owner}, and it stays"


def _same(values: int) -> int:
    return values


def _image(package: Package, mode: str) -> Callable[[int], int]:
    """Which versions elsewhere agree with some of these."""
    if mode == "exact":
        return _same
    groups: dict[tuple[int, ...], int] = {}
    for position in range(len(package.versions)):
        version = package.versions.version(position)
        release = (*version.release, 0, 0)
        length = 2 if mode == "compatible" and release[0] == 0 else 1
        group = (version.epoch, *release[:length])
        groups[group] = groups.get(group, 0) | 1 << position
    masks = list(groups.values())

    def image(values: int) -> int:
        agreeing = 0
        for mask in masks:
            if mask & values:
                agreeing |= mask
        return agreeing

    return image


def _is_version(text: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        Version(text)
    except InvalidVersion:
        return False
    return True


def _has_hash(file: DistributionFile, allowed: frozenset[str]) -> bool:
    return any(f"{algorithm}:{digest}" in allowed for algorithm, digest in file.hashes.items())
