"""What rules have to say about a solution: justifications, environment variables, packages of the system, images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct, field

from package_extract.resolver.rules.evidence import evidence
from package_extract.resolver.rules.image_findings import is_image_finding
from package_extract.resolver.rules.matching import Chosen, all_match
from package_extract.resolver.rules.specifiers import contains
from package_extract.resolver.rules.texts import address, system_packages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from package_extract.resolver.rules.environment import Environment, Mode
    from package_extract.resolver.rules.rulebook import Rulebook
    from package_extract.resolver.rules.unit import Unit
    from package_extract.resolver.rules_protocol import Offer

__all__ = ["Guidance", "Note", "Severity", "guidance_of"]

Severity = Literal["INFO", "WARNING", "ERROR"]
_OPERATIONS = ("add", "replace", "test")


class Note(Struct, frozen=True):
    """One thing that a rule says."""

    severity: Severity
    message: str
    link: str | None
    rule: str | None
    """Name of the unit; None for what the resolver or an advisory says."""
    file: str | None
    """Where the unit is written, with its line."""
    packages: tuple[str, ...] = ()
    """What it is about; empty for the image and the stack as a whole."""
    evidence: tuple[str, ...] = ()
    """The facts about the image that made the rule count."""
    stale: bool = False
    """It tells what was found in the image when the rule was written."""


class Guidance(Struct):
    """All notes, each once, and what follows from them."""

    notes: list[Note] = field(default_factory=list)
    environment_variables: dict[str, str] = field(default_factory=dict)
    manifest_changes: list[list[dict[str, Any]]] = field(default_factory=list)
    """For each rule the changes that it advises: JSON patches of manifests."""
    system_packages: list[str] = field(default_factory=list)
    """Packages of the operating system to install, by their names there."""
    alternatives: list[str] = field(default_factory=list)
    """Requirements that could take the place of a package: "tensorflow -> tensorflow-cpu==2.15.0"."""

    def of(self, package: str) -> list[Note]:
        """Notes about one package."""
        return [note for note in self.notes if package in note.packages]

    @property
    def of_the_stack(self) -> list[Note]:
        """Notes about no package in particular."""
        return [note for note in self.notes if not note.packages]


def guidance_of(
    book: Rulebook,
    solve_units: Iterable[Unit],
    chosen: Mapping[str, Chosen],
    direct: Sequence[str],
    effective: Collection[str] = (),
) -> Guidance:
    """What the rules of a book say about the chosen packages, of which some were required directly.

    `solve_units` are those that count and could change the solution: what they say is told too, if they are about
    packages that were asked for or chosen. What sieves say is told of those that are `effective`: newer versions were
    left because of them.
    """
    guidance = Guidance()
    involved = {*chosen, *direct}
    for unit in [*solve_units, *book.advice_units(involved)]:
        if unit.type == "sieve" and unit.name not in effective:
            continue
        about = _about(unit, chosen, direct, book.circumstances.mode)
        if about is not None:
            _tell(unit, about, chosen, book.environment, guidance)
    return guidance


def _about(unit: Unit, chosen: Mapping[str, Chosen], direct: Sequence[str], mode: Mode) -> tuple[str, ...] | None:
    """The packages of the solution that the unit speaks of, None if it does not speak at all."""
    if unit.kind == "boots":
        if not unit.match:
            return ()
        named = [each["package_name"] for each in unit.match if each["package_name"] in direct]
        return tuple(named) or None
    if unit.kind == "wraps":
        for alternative in unit.match or [{}]:
            resolved = (alternative.get("state") or {}).get("resolved_dependencies") or []
            if all_match(resolved, chosen, mode):
                return tuple(each["name"] for each in resolved)
        return None
    if unit.type == "sieve":
        names = [alternative["package_version"].get("name", "") for alternative in unit.match]
        about = tuple(name for name in names if name in chosen or name in direct)
        return about or None
    return _about_step(unit, chosen, mode)


def _about_step(unit: Unit, chosen: Mapping[str, Chosen], mode: Mode) -> tuple[str, ...] | None:
    """Steps that score speak of the packages that they scored; those that reject have had their say in the solve."""
    if "not_acceptable" in unit.run or unit.type not in ("step", "step.Group"):
        return None
    for alternative in unit.match:
        members = [member["package_version"] for member in alternative.get("group", ())]
        package = alternative.get("package_version") or {}
        resolved = members or [*([package] if package.get("name") else ())]
        resolved = [*resolved, *((alternative.get("state") or {}).get("resolved_dependencies") or ())]
        if resolved and all_match(resolved, chosen, mode):
            return tuple(each["name"] for each in resolved)
    return None


def _tell(
    unit: Unit, about: tuple[str, ...], chosen: Mapping[str, Chosen], environment: Environment, guidance: Guidance
) -> None:
    facts = tuple(evidence(unit, environment))
    place = f"{unit.file}:{unit.line}"
    stale = is_image_finding(unit)
    said: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        *((text, ()) for text in unit.run.get("stack_info") or ()),
        *((text, about) for text in unit.run.get("justification") or ()),
    ]
    for text, packages in said:
        named = (text["package_name"],) if text.get("package_name") else packages
        link, message = address(text.get("link")), text["message"].strip()
        guidance.notes.append(Note(text["type"], message, link, unit.name, place, named, facts, stale))
    if unit.type == "wrap.GHReleaseNotes":
        guidance.notes.append(_release_notes(unit, about[0], chosen, place))
    lacking = system_packages(unit, environment)
    guidance.system_packages += [each for each in lacking if each not in guidance.system_packages]
    _manifests(unit, guidance)


def _release_notes(unit: Unit, name: str, chosen: Mapping[str, Chosen], place: str) -> Note:
    notes = unit.run["release_notes"]
    tag = f"{notes.get('tag_version_prefix', '')}{chosen[name].version}"
    link = f"https://github.com/{notes['organization']}/{notes['repository']}/releases/tag/{tag}"
    return Note("INFO", f"Release notes of {name} {chosen[name].version}", link, unit.name, place, (name,))


def _manifests(unit: Unit, guidance: Guidance) -> None:
    changes = unit.manifest_changes()
    if changes and changes not in guidance.manifest_changes:
        guidance.manifest_changes.append(changes)
    for change in changes:
        patches = change.get("patch")
        for patch in patches if isinstance(patches, list) else [patches]:
            _variable(patch, guidance.environment_variables)


def _variable(patch: Any, variables: dict[str, str]) -> None:
    """A patch that sets a variable; a comma after the operation is a known slip."""
    if not isinstance(patch, dict) or str(patch.get("op")).rstrip(",") not in _OPERATIONS:
        return
    value = patch.get("value")
    if isinstance(value, dict) and isinstance(value.get("name"), str) and "value" in value:
        variables.setdefault(value["name"], str(value["value"]))


def alternatives_of(offers: Mapping[str, list[Offer]], chosen: Mapping[str, Chosen]) -> list[str]:
    """What rules offer for the chosen packages."""
    found = []
    for name in sorted(chosen.keys() & offers.keys()):
        for offer in offers[name]:
            if contains(offer.wanted, chosen[name].version, prereleases=True):
                version = f"=={chosen[name].version}" if offer.same_version else offer.specifier
                found.append(f"{name} -> {offer.name}{version}")
    return found
