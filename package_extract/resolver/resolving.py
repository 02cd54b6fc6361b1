"""The whole way: search, rules on the whole solution, wheels against the image, and then the answer."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from package_extract.resolver.answer import Answer, Environment, Justification, Pin
from package_extract.resolver.bars import has_hash
from package_extract.resolver.cuda import cuda_remarks
from package_extract.resolver.errors import NoSolution
from package_extract.resolver.failing import forbid_failures
from package_extract.resolver.justifying import Justifier
from package_extract.resolver.names import qualified, split_name
from package_extract.resolver.resolution import Impossible, Resolution, roots_of, search
from package_extract.resolver.universe import PackageUniverse
from package_extract.resolver.verify.checking import Verification, Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from package_extract.resolver.policy import Policy
    from package_extract.resolver.rules_protocol import Offer, Rules, Verdict
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.source import DistributionFile, Source

__all__ = ["resolve_scopes"]

_LARGEST_DOWNLOAD = 1 << 30
_ACCEPTED_HASHES = frozenset({"sha256", "sha384", "sha512"})

_Verifications = dict[str, dict[str, Verification]]


def resolve_scopes(
    scopes: Sequence[Scope],
    source: Source,
    policy: Policy,
    rules: Rules | None = None,
    agreements: Sequence[tuple[str, str]] = (),
) -> Answer:
    """The answer for all scopes together.

    Raises `NoSolution` if there is none, `UnknownProject`, `InvalidRequirement`, and what the source raises.
    """
    with _without_collection():
        return _resolved(scopes, source, policy, rules, agreements)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Nearly all that is made lives until the end: looking for garbage in it takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _resolved(
    scopes: Sequence[Scope],
    source: Source,
    policy: Policy,
    rules: Rules | None,
    agreements: Sequence[tuple[str, str]],
) -> Answer:
    for scope in scopes:
        _check_python(scope)
        if rules:
            _ask_before(rules, scope)
    universe = PackageUniverse(scopes, source, rules, agreements)
    verifier = Verifier(source, policy)
    roots = roots_of(universe)
    while True:
        try:
            resolution = search(universe, roots)
        except Impossible as impossible:
            from package_extract.resolver.explaining import explain

            raise NoSolution(explain(universe, impossible)) from None
        _check_extras(universe, resolution)
        if _judged(universe, resolution):
            continue
        verifications = _verified(universe, resolution, verifier)
        if not forbid_failures(universe, resolution, verifications, deep=policy.deep):
            return _answer(universe, resolution, verifications, agreements)


def _ask_before(rules: Rules, scope: Scope) -> None:
    """Some rules reject an image as such, or a direct requirement."""
    rules.begin(scope.target, scope.label)
    verdict = rules.rejected([bound.dependency.name for bound in scope.roots], scope.label)
    if verdict:
        where = f"{scope.label}: " if scope.label else ""
        raise NoSolution.simply(f"{where}{verdict.message} ({verdict.rule})")


def _check_python(scope: Scope) -> None:
    from packaging.specifiers import SpecifierSet

    for specifier, origin in scope.request.requires_python:
        try:
            fits = SpecifierSet(specifier).contains(scope.target.python_version, prereleases=True)
        except ValueError:
            continue
        if not fits:
            version = scope.target.python_version
            raise NoSolution.simply(f"the target has Python {version}, and {origin} says {specifier}")


def _check_extras(universe: PackageUniverse, resolution: Resolution) -> None:
    """An extra that the user wrote and the chosen version does not have is a slip."""
    for root in resolution.roots:
        scope = universe.scopes[root.label]
        name = root.dependency.name
        position = resolution.positions.get(qualified(scope, name))
        if position is None or not root.dependency.extras:
            continue
        package = universe.package(scope, name)
        metadata = universe.metadata(scope, package, position)
        if isinstance(metadata, str):
            continue
        known = sorted({_normalized(extra) for extra in metadata.provides_extra})
        for extra in root.dependency.extras:
            if extra not in known:
                has = f"it has {', '.join(known)}" if known else "it has none"
                version = package.versions.text(position)
                raise NoSolution.simply(f"{name} {version} has no extra {extra!r} ({root.origin}); {has}")


def _normalized(extra: str) -> str:
    from package_extract.formats.python_names import normalize_name

    return normalize_name(extra)


def _judged(universe: PackageUniverse, resolution: Resolution) -> bool:
    """Ask the rules about the whole solution; whether they blocked it."""
    for scope in universe.scopes.values():
        pins = {}
        for name, position in resolution.positions.items():
            label, project, extra = split_name(name)
            if label == scope.label and not extra:
                pins[project] = universe.package(scope, project).versions.text(position)
        blocked = universe.rules.judge(pins, partial(_needed_by, universe, scope, resolution), scope.label)
        if blocked:
            names, verdict = blocked
            universe.rule_clauses.block(
                scope, {name: resolution.positions[qualified(scope, name)] for name in names}, verdict
            )
            return True
    return False


def _needed_by(universe: PackageUniverse, scope: Scope, resolution: Resolution, project: str) -> set[str]:
    """Which packages of a solution need one of them."""
    found = set()
    for name, position in resolution.positions.items():
        label, other, extra = split_name(name)
        if label == scope.label:
            expected = universe.expected(scope, universe.package(scope, other), position, extra)
            if other != project and any(dependency.name == project for dependency in expected):
                found.add(other)
    return found


def _verified(universe: PackageUniverse, resolution: Resolution, verifier: Verifier) -> _Verifications:
    results: _Verifications = {}
    for scope in universe.scopes.values():
        files: dict[str, DistributionFile] = {}
        for name, position in resolution.positions.items():
            label, project, extra = split_name(name)
            package = universe.package(universe.scopes[label], project)
            if label == scope.label and not extra and not package.is_installed(position):
                file = universe.file(universe.scopes[label], package, position)
                if file is not None:
                    files[project] = file
        results[scope.label] = verifier.check(scope.target, files)
    return results


def _answer(
    universe: PackageUniverse,
    resolution: Resolution,
    verifications: _Verifications,
    agreements: Sequence[tuple[str, str]],
) -> Answer:
    environments = []
    for scope in universe.scopes.values():
        justifier = Justifier(universe, resolution, scope)
        results = verifications[scope.label]
        pins = tuple(_pin(universe, scope, justifier, project, results) for project in sorted(justifier.chosen))
        environments.append(Environment(scope.label, scope.target, pins, _remarks(universe, scope, resolution, pins)))
    agreed = {
        name: {each.label: pin.version for each in environments for pin in each.pins if pin.name == name}
        for name, _ in agreements
    }
    statistics = {"decisions": resolution.decisions, "conflicts": resolution.conflicts}
    return Answer(tuple(environments), agreed, statistics)


def _pin(
    universe: PackageUniverse, scope: Scope, justifier: Justifier, project: str, results: dict[str, Verification]
) -> Pin:
    package, position = justifier.package(project), justifier.chosen[project]
    kept = package.is_installed(position)
    installed = scope.target.installed.get(project)
    asking = justifier.asking.get(project, [])
    files = [] if kept else universe.files(scope, package, position)
    if project in scope.hashes:
        files = [file for file in files if has_hash(file, scope.hashes[project])]
    version = package.versions.text(position)
    return Pin(
        name=project,
        version=version,
        status="keep" if kept else "change" if installed and installed.version != version else "install",
        extras=tuple(sorted(justifier.extras.get(project, ()))),
        installed_version=installed.version if installed else None,
        file=_with_hash(universe.source, files[0]) if files else None,
        alternatives=tuple(files[1:]),
        direct=any(not each.pin for each in asking),
        required_by=tuple(f"{each.who} ({each.text})" if each.pin else each.who for each in asking),
        dependencies=justifier.dependencies(project),
        reason=justifier.reason(project),
        not_chosen=justifier.not_chosen(project),
        verification=results.get(project),
        justifications=_justifications(universe, scope, project, version, justifier.places),
        in_place_of=tuple(sorted(name for name, offer in justifier.places.items() if offer.name == project)),
    )


def _with_hash(source: Source, file: DistributionFile) -> DistributionFile:
    """The file with a digest that installers accept, for which it is downloaded if its index tells none."""
    if not file.hashes.keys().isdisjoint(_ACCEPTED_HASHES):
        return file
    from hashlib import sha256

    from msgspec.structs import replace

    return replace(file, hashes=file.hashes | {"sha256": sha256(source.download(file, _LARGEST_DOWNLOAD)).hexdigest()})


def _justifications(
    universe: PackageUniverse, scope: Scope, project: str, version: str, places: Mapping[str, Offer]
) -> tuple[Justification, ...]:
    found = []
    for name, offer in places.items():
        if offer.name == project:
            message = f"it takes the place of {name}: {offer.verdict.message}"
            found.append(Justification(message, offer.verdict.rule, offer.verdict.link))
    for line, verdict in universe.rules.extra_requirements(project, version, scope.label):
        found.append(Justification(f"{verdict.message} ({line})", verdict.rule, verdict.link))
    for message, verdict in _left_out(universe, scope, project, version):
        found.append(Justification(message, verdict.rule, verdict.link))
    return tuple(found)


def _left_out(universe: PackageUniverse, scope: Scope, project: str, version: str) -> list[tuple[str, Verdict]]:
    verdicts = universe.left_out.get((qualified(scope, project), version), {})
    return [
        (f"{project} asks for {name}, which a rule leaves out: {why.message}", why) for name, why in verdicts.items()
    ]


def _remarks(universe: PackageUniverse, scope: Scope, resolution: Resolution, pins: tuple[Pin, ...]) -> tuple[str, ...]:
    remarks = list(scope.target.remarks)
    if scope.left_out:
        remarks.append(f"left out, because their markers do not hold here: {', '.join(scope.left_out)}")
    for kind, name in sorted(universe.bars.lifted):
        label, project, _ = split_name(name)
        if label != scope.label:
            continue
        if kind == "prerelease" and any(pin.name == project and _is_prerelease(pin.version) for pin in pins):
            remarks.append(f"a pre-release of {project} is taken, because nothing else fits")
        if kind == "yanked":
            remarks.append(
                f"a version of {project} is taken although it was withdrawn: a package needs exactly that one"
            )
    for pin in pins:
        remarks += [f"{pin.name} is taken in place of {name}" for name in pin.in_place_of]
        remarks += [message for message, _ in _left_out(universe, scope, pin.name, pin.version)]
    remarks += _passed_over(universe, scope, resolution)
    remarks += cuda_remarks(scope.target, pins)
    driver = [pin.name for pin in pins if pin.verification and pin.verification.needs_driver]
    if driver:
        uses = f"{', '.join(driver)} {'uses' if len(driver) == 1 else 'use'}"
        remarks.append(f"{uses} an NVIDIA driver, which the machine that runs the image must have")
    if scope.target.externally_managed and any(pin.status != "keep" for pin in pins):
        remarks.append(
            "the image's Python is looked after by its operating system (PEP 668): install into a virtual environment "
            "or with pip's --break-system-packages"
        )
    return tuple(remarks)


def _passed_over(universe: PackageUniverse, scope: Scope, resolution: Resolution) -> list[str]:
    """Wheels of chosen versions that cannot be used, so that another wheel of the version is taken."""
    remarks = []
    for name, position in sorted(resolution.positions.items()):
        label, project, extra = split_name(name)
        if label == scope.label and not extra:
            package = universe.package(scope, project)
            remarks += [
                f"another wheel is passed over: {each}" for each in universe.passed_over(scope, package, position)
            ]
    return remarks


def _is_prerelease(version: str) -> bool:
    from packaging.version import Version

    return Version(version).is_prerelease
