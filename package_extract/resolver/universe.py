"""Python packages as the solver's universe: names are variables, versions values, Requires-Dist implications.

An extra is a variable of its own, with the versions of its project and linked with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from packaging.specifiers import InvalidSpecifier

from package_extract.errors import PackageExtractError
from package_extract.resolver.agreement import agreeing, same
from package_extract.resolver.bars import Bars
from package_extract.resolver.causes import Agreement, Needs, OneVersion
from package_extract.resolver.dependency import Dependency, InvalidDependency, parse_dependency
from package_extract.resolver.errors import UNUSABLE_FILE, ResolverError, UnknownProject
from package_extract.resolver.markers import InvalidMarker, names_extra
from package_extract.resolver.names import qualified, split_name
from package_extract.resolver.offers import CHOICE, Offers
from package_extract.resolver.package import Package, package_of, selected
from package_extract.resolver.prefetching import Prefetching
from package_extract.resolver.rule_clauses import RuleClauses
from package_extract.resolver.rules_protocol import NoRules
from package_extract.resolver.solver.search import Domain, DomainLink
from package_extract.resolver.source import Metadata, is_version
from package_extract.resolver.url_wheel import url_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from package_extract.resolver.causes import Requested
    from package_extract.resolver.rules_protocol import Rules, Verdict
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.solver.clauses import Cause
    from package_extract.resolver.source import DistributionFile, ProjectPage, Source

__all__ = ["PackageUniverse", "Variable"]

Alternatives = list[tuple[str, "int | None"]]
Implication = tuple[Alternatives, "Cause"]


class Variable(NamedTuple):
    """What the name of a variable stands for."""

    scope: Scope
    project: str
    extra: str
    package: Package


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
        self.rule_clauses = RuleClauses(self)
        self.offers = Offers(self)
        self._prefetching = Prefetching(self)
        self.bars = Bars(self.rules)
        self.allowance: int | None = None
        """How many more wheels' metadata may be fetched; None for any number."""
        self.left_out: dict[tuple[str, str], dict[str, Verdict]] = {}
        """What packages ask for and rules leave out, by variable and version."""
        self._variables: dict[str, Variable] = {}
        self._packages: dict[str, Package] = {}
        self._implied: dict[tuple[str, int], list[Implication]] = {}
        self._metadata: dict[tuple[str, int], Metadata | str] = {}
        self._rejected: dict[tuple[str, int], dict[str, str]] = {}
        """(variable, position) -> address of a wheel -> what is wrong with it in that target."""

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
        if installed and not is_version(installed.version):
            installed = None
        fixed = installed is not None and scope.is_fixed(installed)
        shared = project in self.agreements and len(self.scopes) > 1
        page: ProjectPage | None = None
        if project in scope.urls:
            page = url_page(project, scope.urls[project])
            installed, fixed = None, False
        elif not fixed or shared:
            optional = installed is not None or bool(self.offers.of(scope, project))
            page = self._page(project, optional=optional)
        others = self._installed_elsewhere(project) if shared else []
        no_wheels = scope.request.refuses_wheels(project)
        if page is not None and installed is None and not others:
            return package_of(page, scope.target, no_wheels=no_wheels)
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
        return sorted({each.version for each in found if each and is_version(each.version)})

    # What the solver asks.

    def domain(self, name: str) -> Domain:
        """The values of a variable: all versions, those that bars exclude with the bar as the cause; and its links."""
        scope, project, extra, package = self.variable(name)
        if extra == CHOICE:
            return Domain(self.offers.size(scope, project))
        if extra:
            link = DomainLink(qualified(scope, project), same, required=True, cause=OneVersion(name))
            return Domain(len(package.versions), (), (link,))
        bars = list(self.bars.of(scope, package))
        return Domain(len(package.versions), [(package.all & ~mask, bar) for mask, bar in bars], self._agreed(name))

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
            image = agreeing(self.variable(name).package, mode)
            cause = Agreement(project, other, label, mode)
            links.append(DomainLink(qualified(self.scopes[other], project), image, required=False, cause=cause))
        return links

    def best(self, name: str, values: int) -> int:
        """The version to try first."""
        scope, project, extra, package = self.variable(name)
        if extra == CHOICE:
            return self.offers.best(scope, project, values)
        if package.kept & values and scope.policy.installed in ("prefer", "pin"):
            return package.kept.bit_length() - 1
        values &= package.all
        if self.rules.scored(project, scope.label):
            values = self._highest_scored(scope, package, values)
        finals = values & ~package.prereleases
        if finals and ("prerelease", qualified(scope, project)) in self.bars.lifted:
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
        clauses = self.rule_clauses.of(name, value)
        return [*implications, *clauses] if clauses else implications

    def _implications(self, name: str, variable: Variable, value: int) -> Iterator[Implication]:
        scope, project, extra, package = variable
        if extra == CHOICE:
            return
        try:
            dependencies = self.dependencies(scope, package, value, extra)
        except Unreadable as error:
            yield [], Needs(name, None, str(error))
            return
        self._prefetching.expect(scope, [dependency for dependency, _ in dependencies])
        version = package.versions.text(value)
        for dependency, rule in dependencies:
            verdict = self.rules.drops(project, version, dependency.name, scope.label)
            if verdict:
                self.left_out.setdefault((qualified(scope, project), version), {})[dependency.name] = verdict
                continue
            yield from self._needs(name, scope, dependency, rule)

    def expected(self, scope: Scope, package: Package, value: int, extra: str) -> list[Dependency]:
        """What a version needs; nothing where that cannot be told, which the search learns from `implied`."""
        try:
            return [dependency for dependency, _ in self.dependencies(scope, package, value, extra)]
        except (Unreadable, PackageExtractError):
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
        source, own = package.needs.get((value, extra), (None, ""))
        if source is not metadata:  # another wheel of the version may be meant
            own = _own_needs(scope, metadata, extra)
            package.needs[value, extra] = metadata, own
        if isinstance(own, str):
            raise Unreadable(own)
        found: list[tuple[Dependency, str | None]] = [(dependency, None) for dependency in own]
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
            found = self._metadata[key] = self._read_metadata(scope, package, value)
        return found

    def _read_metadata(self, scope: Scope, package: Package, value: int) -> Metadata | str:
        if package.is_installed(value) and package.installed:
            installed = package.installed
            return Metadata(installed.name, installed.version, installed.requires_dist, None, installed.provides_extra)
        while (file := self.file(scope, package, value)) is not None:
            self._spend(file)
            self._prefetching.wait_for_metadata(package, value, file)
            try:
                return self.source.metadata(file)
            except UNUSABLE_FILE as error:
                package.pass_over(value, file, str(error))
        return "; ".join(self.passed_over(scope, package, value)) or "no file of it can be used"

    def files(self, scope: Scope, package: Package, value: int) -> list[DistributionFile]:
        """The wheels of a version that can be used, best first."""
        rejected = self._rejected.get((qualified(scope, package.name), value), ())
        return [file for file in package.usable_files(value) if file.url not in rejected]

    def file(self, scope: Scope, package: Package, value: int) -> DistributionFile | None:
        """The best wheel of a version; None for one that is only installed."""
        return next(iter(self.files(scope, package, value)), None)

    def passed_over(self, scope: Scope, package: Package, value: int) -> list[str]:
        """What is wrong with wheels of a version whose tags fit."""
        rejected = self._rejected.get((qualified(scope, package.name), value), {})
        return [*package.passed_over.get(value, ()), *rejected.values()]

    def _spend(self, file: DistributionFile) -> None:
        """Count a request where requests are counted."""
        if self.allowance is not None and not self.source.metadata_ready(file):
            self.allowance -= 1
            if self.allowance < 0:
                raise TooMuchToAsk("finding out would take more requests than it is worth")

    def reject(self, scope: Scope, package: Package, value: int, problem: str) -> bool:
        """Give up the best wheel of a version for the next one, in this target; False if none is left."""
        best, *others = self.files(scope, package, value)
        if not others:
            return False
        name = qualified(scope, package.name)
        self._rejected.setdefault((name, value), {})[best.url] = f"{best.filename}: {problem}"
        self._metadata.pop((name, value), None)
        for key in [key for key in self._implied if key[1] == value and key[0].partition("[")[0] == name]:
            del self._implied[key]
        return True

    def unreadable(self, scope: Scope, package: Package, value: int) -> str | None:
        """Why the metadata of a version could not be read; None if it was read, or not asked for yet."""
        found = self._metadata.get((qualified(scope, package.name), value))
        return found if isinstance(found, str) else None

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
        yield from self._stated(scope, dependency, mask, cause)

    def _stated(
        self, scope: Scope, dependency: Dependency, mask: int, cause: Needs | Requested
    ) -> Iterator[Implication]:
        """That one of these versions is needed."""
        if self.offers.of(scope, dependency.name):
            yield from self.offers.stated(scope, dependency, mask, cause)
            return
        base = qualified(scope, dependency.name)
        yield [(base, mask)], cause
        for extra in dependency.extras:
            yield [(f"{base}[{extra}]", mask)], cause

    def allowed(self, scope: Scope, package: Package, dependency: Dependency) -> int:
        """The versions that satisfy a dependency, or the overrides of its project. Raises `InvalidSpecifier`."""
        overrides = scope.overrides.get(dependency.name)
        if not overrides:
            return selected(package, dependency.specifier)
        mask = package.all
        for bound in overrides:
            mask &= package.select(bound.dependency.specifier)
        return mask

    def requested(self, cause: Requested) -> list[tuple[Alternatives, Cause]]:
        """What a requirement of the user says. Raises `UnknownProject`, `InvalidSpecifier`, what the source raises."""
        scope = self.scopes[cause.label]
        package = self.package(scope, cause.dependency.name)
        mask = self.allowed(scope, package, cause.dependency)
        return [*self._stated(scope, cause.dependency, mask, cause)]

    def expect_roots(self, roots: Sequence[Requested]) -> None:
        """Begin to fetch what will be needed first."""
        for label, scope in self.scopes.items():
            self._prefetching.expect(scope, [root.dependency for root in roots if root.label == label])


class TooMuchToAsk(ResolverError):
    """A search that only makes an explanation better has used up its allowance."""


class Unreadable(Exception):
    """What a version needs cannot be told."""


def _own_needs(scope: Scope, metadata: Metadata, extra: str) -> tuple[Dependency, ...] | str:
    """What metadata says is needed in the target, alone or for an extra, or why that cannot be told."""
    found = []
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
            found.append(dependency)
    except (InvalidDependency, InvalidMarker) as error:
        return f"its metadata is not valid: {error}"
    return tuple(found)
