"""What follows from wheels that turn out not to work in the image: another wheel of the version, or another version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.causes import Barred
from package_extract.resolver.names import qualified
from package_extract.resolver.verify.providers import install_command, package_for, without_libraries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.resolver.resolution import Resolution
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.universe import PackageUniverse
    from package_extract.resolver.verify.checking import Verification

__all__ = ["ASSUMED", "forbid_failures"]

ASSUMED = "abi-assumed"
"""The kind of a bar on versions that nobody looked at."""
_SAME_FAILURES = 3
"""Versions of one project that fail for the same reason before its others are taken to fail for it too: each look at
one can cost seconds."""


def forbid_failures(
    universe: PackageUniverse,
    resolution: Resolution,
    verifications: Mapping[str, Mapping[str, Verification]],
    *,
    deep: bool,
) -> bool:
    """Exclude the wheels that do not load; whether there were any. `deep`: assume nothing of other versions."""
    failed = False
    for label, results in verifications.items():
        for project, result in results.items():
            if result.state == "failed":
                _forbid(universe, universe.scopes[label], project, resolution, result, deep=deep)
                failed = True
    return failed


def _forbid(
    universe: PackageUniverse,
    scope: Scope,
    project: str,
    resolution: Resolution,
    result: Verification,
    *,
    deep: bool,
) -> None:
    name = qualified(scope, project)
    package, position = universe.package(scope, project), resolution.positions[name]
    remark = result.remark or "it does not load"
    if universe.reject(scope, package, position, remark):
        return
    remedy = _remedy(scope, project, result)
    bar = Barred(name, "abi" if result.missing else "unreadable", remark, remedy)
    known = universe.bars.forbidden.setdefault(name, [])
    before = next((mask for mask, other in known if other == bar), 0)
    known[:] = [each for each in known if each[1] != bar] + [(before | 1 << position, bar)]
    same = before.bit_count() + 1
    if same >= _SAME_FAILURES and not deep:
        text = f"the {same} newest versions fail because {remark}; others were not looked at"
        known.append((package.usable & ~package.kept, Barred(name, ASSUMED, text, remedy)))


def _remedy(scope: Scope, project: str, result: Verification) -> str:
    """What would make a wheel load, if that is known."""
    family = scope.target.system.family
    absent = {each.library for each in result.missing if each.version is None}
    packages = sorted({name for each in absent if (name := package_for(each, family))})
    ways = [f"`{command}` in the image" if (command := install_command(packages, family)) else None]
    if other := without_libraries(project):
        ways.append(f"{other}, which does without")
    return " or ".join(way for way in ways if way)
