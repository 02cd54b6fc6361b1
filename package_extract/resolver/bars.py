"""Bars: versions of a package that are excluded whoever needs it, each set of them with the reason.

The reason may be the index, the user, installed packages, a rule, or what was found out about a wheel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.causes import Barred
from package_extract.resolver.masks import specifier_names_prerelease
from package_extract.resolver.names import qualified
from package_extract.resolver.package import selected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.resolver.package import Package
    from package_extract.resolver.rules_protocol import Rules
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.source import DistributionFile

__all__ = ["Bars", "has_hash", "staying"]


class Bars:
    """The bars of all packages of a request; some can be lifted, and more are added as wheels turn out not to work."""

    def __init__(self, rules: Rules) -> None:
        self.lifted: set[tuple[str, str]] = set()
        """(kind, variable) of bars that were lifted, because nothing was possible with them."""
        self.forbidden: dict[str, list[tuple[int, Barred]]] = {}
        """Versions that were found not to work, by the name of the variable."""
        self.rules = rules

    def of(self, scope: Scope, package: Package) -> Iterator[tuple[int, Barred]]:
        """The versions that are excluded, as masks, and why."""
        name = qualified(scope, package.name)
        if unusable := package.all & ~package.usable:
            yield unusable, self._unusable(package, name)
        yanked = package.yanked if ("yanked", name) not in self.lifted else 0
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
                yield mask, Barred(name, "rule", verdict.message, verdict.rule, verdict.link)
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
            if ("needed-by-installed", qualified(scope, installed.name)) in self.lifted:
                continue
            mask = package.usable & ~(selected(package, dependency.specifier) | package.kept)
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
            if asked >> position & 1 and any(has_hash(file, allowed) for file in package.usable_files(position)):
                good |= 1 << position
        if mask := package.usable & ~good:
            yield mask, Barred(name, "hash", "no file has one of the hashes that were given")

    def _pinned(self, scope: Scope, package: Package) -> int:
        """Versions that were asked for by `==`, which admits no others: only those may be withdrawn (PEP 592)."""
        mask = 0
        for bound in [*scope.roots, *scope.constraints.get(package.name, ())]:
            specifier = bound.dependency.specifier
            if bound.dependency.name == package.name and specifier.startswith("==") and "*" not in specifier:
                selected = package.select(specifier)
                mask |= selected if not selected & package.usable & ~package.yanked else 0
        return mask

    def _prereleases_count(self, scope: Scope, package: Package) -> bool:
        name = qualified(scope, package.name)
        if scope.prereleases_asked or ("prerelease", name) in self.lifted or package.name in scope.urls:
            return True
        if scope.policy.prereleases == "never":
            return False
        bounds = [bound for bound in scope.roots if bound.dependency.name == package.name]
        bounds += scope.constraints.get(package.name, [])
        if any(specifier_names_prerelease(bound.dependency.specifier) for bound in bounds):
            return True
        return package.prereleases == package.usable & ~package.kept


def staying(package: Package) -> str | None:
    """A clause that says why only the image's version can be had; None if others can."""
    installed = package.installed
    if installed is None or package.usable != package.kept:
        return None
    owner = f", which the package {installed.owner_name} owns" if installed.system_owned else ""
    return f"the image has {installed.name} {installed.version}{owner}, and it stays"


def has_hash(file: DistributionFile, allowed: frozenset[str]) -> bool:
    """Whether a file has one of these digests, "sha256:…"."""
    return any(f"{algorithm}:{digest}" in allowed for algorithm, digest in file.hashes.items())
