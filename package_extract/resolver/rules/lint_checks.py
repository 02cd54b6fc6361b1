"""The single checks of `linting`: each tells (code, severity, message) of a unit, or of units that share a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from package_extract.resolver.rules.image_findings import is_image_finding
from package_extract.resolver.rules.specifiers import InvalidSpecifier, is_satisfiable, parse_specifier

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from package_extract.resolver.rules.unit import Unit

    Remark = tuple[str, Literal["error", "warning", "info"], str]

__all__ = ["FILE_CHECKS", "UNIT_CHECKS"]

_OPERATIONS = {"add", "remove", "replace", "move", "copy", "test"}
_ENDED = {
    "fedora": {str(release) for release in range(1, 41)},
    "centos": {"5", "6", "7", "8"},
    "rhel": {"4", "5", "6", "7"},
    "debian": {"6", "7", "8", "9", "10"},
    "ubuntu": {"12.04", "14.04", "16.04", "18.04"},
}
"""Releases whose regular support has ended, by the pages of their makers."""
_OPPOSITE = {"<": (">=", ">"), "<=": (">", ">="), ">": ("<=", "<"), ">=": ("<", "<=")}


def contradictions(unit: Unit) -> Iterator[Remark]:
    """Specifiers that no version satisfies."""
    for where in (unit.match, unit.should_include):
        for text in sorted(set(_specifiers(where))):
            if not is_satisfiable(text):
                hint = " (write two alternatives if one or the other was meant)" if "," in text else ""
                yield "unsatisfiable", "error", f"no version satisfies {text!r}{hint}"


def never_included(unit: Unit) -> Iterator[Remark]:
    """Conditions that cannot hold."""
    include = unit.should_include
    if unit.type == "wrap.GHReleaseNotes":
        return
    if include.get("times", 1) <= 0:
        yield "never-enabled", "warning", "times is 0: the unit is switched off"
    elif not include.get("adviser_pipeline") and not include.get("dependency_monkey_pipeline"):
        yield "never-enabled", "error", "neither adviser_pipeline nor dependency_monkey_pipeline is true"
    surroundings = include.get("runtime_environments") or {}
    for place, key in (
        *((include, key) for key in ("recommendation_types", "decision_types")),
        *((surroundings, key) for key in ("base_images", "platforms", "operating_systems", "hardware")),
    ):
        if place.get(key) == []:
            yield "never-enabled", "error", f"{key} is empty, so nothing is in it"


def ignored_conditions(unit: Unit) -> Iterator[Remark]:
    """Conditions that are there, but that not every resolver looks at."""
    surroundings = unit.should_include.get("runtime_environments") or {}
    if unit.type == "wrap.GHReleaseNotes" and unit.should_include.keys() - {
        "adviser_pipeline",
        "dependency_monkey_pipeline",
    }:
        yield "dead-key", "warning", "the conditions of wrap.GHReleaseNotes are not looked at"
    if "abi" in surroundings and surroundings.keys() & {"rpm_packages", "python_packages"}:
        yield "dead-key", "warning", "in strict mode abi hides rpm_packages and python_packages beside it"
    absent = sorted(key for key, value in surroundings.items() if key.endswith("_version") and value is None)
    if absent:
        yield "mode", "info", f"{', '.join(absent)}: null means absent, but any version in strict mode"
    if isinstance(hardware := surroundings.get("hardware"), list) and len(hardware) > 1:
        yield "mode", "info", "one of several hardware entries has to hold, but all of them in strict mode"
    negated = surroundings.get("rpm_packages")
    if isinstance(negated, dict) and len(negated["not"]) > 1:
        yield "mode", "info", "rpm_packages.not holds as soon as one of its packages is missing, not only if all are"


def ineffective(unit: Unit) -> Iterator[Remark]:
    """Keys that do nothing where they stand."""
    if unit.kind in ("boots", "strides", "wraps") and unit.type != "wrap.GHReleaseNotes" and not unit.run:
        yield "dead-key", "error", "run is empty: the unit does nothing"
    if not unit.run.get("score", 1):
        yield "dead-key", "warning", "a score of 0 changes nothing"
    if abs(unit.run.get("score", 0)) > 1:
        yield "dead-key", "warning", "scores are cut off at -1 and 1"
    for alternative in unit.match:
        state = alternative.get("state") or {}
        if "package_version_from_allow_other" in state and not state.get("package_version_from"):
            yield "dead-key", "warning", "package_version_from_allow_other does nothing without package_version_from"


def patches(unit: Unit) -> Iterator[Remark]:
    """Changes of manifests that are no JSON Patch (RFC 6902)."""
    for change in unit.manifest_changes():
        if "file" in change and "kind" not in change:
            continue  # of a file that is no manifest, in words of its own
        steps = change.get("patch")
        for patch in steps if isinstance(steps, list) else [steps]:
            if not isinstance(patch, dict):
                yield "patch", "error", "a patch has to be a mapping with op and path"
                continue
            operation, path = patch.get("op"), patch.get("path")
            if operation not in _OPERATIONS:
                yield (
                    "patch",
                    "error",
                    f"op has to be one of {', '.join(sorted(_OPERATIONS))}, not {str(operation)[:20]!r}",
                )
            elif operation in ("add", "replace", "test") and "value" not in patch:
                yield "patch", "error", f"{operation} needs a value"
            elif operation in ("move", "copy") and "from" not in patch:
                yield "patch", "error", f"{operation} needs from"
            if not isinstance(path, str) or (path and not path.startswith("/")):
                yield "patch", "error", f"path has to begin with a slash, not {str(path)[:40]!r}"


def over_broad(unit: Unit) -> Iterator[Remark]:
    """Sieves that drop more than their condition speaks of."""
    if unit.type != "sieve":
        return
    surroundings = unit.should_include.get("runtime_environments") or {}
    installed = surroundings.get("python_packages")
    for alternative in unit.match:
        package = alternative["package_version"]
        if not package:
            yield "over-broad", "error", "matches every version of every package"
        elif not package.keys() & {"version", "index_url", "develop"} and "name" in package:
            if isinstance(installed, list):
                others = ", ".join(each["name"] for each in installed)
                message = f"drops every version of {package['name']} because of {others} in the image"
                yield "over-broad", "warning", message
            elif not surroundings and not unit.should_include.get("labels"):
                yield "over-broad", "warning", f"drops every version of {package['name']}, whatever the image is"


def inverted_message(unit: Unit) -> Iterator[Remark]:
    """Conditions on what is installed that say the opposite of the unit's own text."""
    said = " ".join(text["message"] for text in unit.texts()).replace(" ", "")
    for package in _installed(unit):
        for clause in parse_specifier(package.get("version", "")):
            release = re.sub(r"(\.0)+$", "", clause.version)
            for opposite in _OPPOSITE.get(clause.operator, ()):
                if re.search(rf"(?<![<>=!~]){re.escape(opposite + release)}(\.0)*(?![\d.]*\d)", said):
                    message = f"asks for {package['name']}{clause} in the image, its text speaks of {opposite}{release}"
                    yield "inverted", "error", message


def ended_systems(unit: Unit) -> Iterator[Remark]:
    """Operating systems that are no longer supported."""
    surroundings = unit.should_include.get("runtime_environments") or {}
    for system in surroundings.get("operating_systems") or ():
        if str(system.get("version")) in _ENDED.get(system.get("name", ""), ()):
            yield "end-of-life", "info", f"{system['name']} {system['version']} is no longer supported by its maker"


def stale_findings(unit: Unit) -> Iterator[Remark]:
    """What a scanner found in an image, which grows old."""
    if is_image_finding(unit):
        yield "stale-data", "info", "tells what was found in an image once; images are scanned anew, and tags go away"


def images(unit: Unit) -> Iterator[Remark]:
    """References to images that are read in two ways."""
    surroundings = unit.should_include.get("runtime_environments") or {}
    listed = surroundings.get("base_images") or []
    for image in listed["not"] if isinstance(listed, dict) else listed:
        if image and re.search(r":\d+/[^:@]*$", image):
            yield "mode", "warning", f"{image}: strict mode takes what follows the port for a tag"


def inverted_sieves(units: list[Unit]) -> Iterator[tuple[Unit, Remark]]:
    """Sieves that ask for other installed versions than a step of the same file rejects for the same package."""
    rejected: dict[tuple[str | None, str], tuple[Unit | None, str]] = {}
    for unit in units:
        if unit.type == "step" and "not_acceptable" in unit.run:
            for alternative in unit.match:
                package = alternative["package_version"]
                for other in (alternative.get("state") or {}).get("resolved_dependencies") or ():
                    rejected[package.get("name"), other["name"]] = unit, other.get("version", "")
    for sieve in units:
        for package in (alternative["package_version"] for alternative in sieve.match if sieve.type == "sieve"):
            for other in _installed(sieve):
                step, version = rejected.get((package.get("name"), other["name"]), (None, ""))
                both = ",".join(filter(None, [version, other.get("version", "")]))
                if step is not None and both and not is_satisfiable(both):
                    message = f"asks for {other['name']}{other['version']} in the image, {step.name} rejects {version}"
                    yield sieve, ("inverted", "error", message)


UNIT_CHECKS: tuple[Callable[[Unit], Iterator[Remark]], ...] = (
    contradictions,
    never_included,
    ignored_conditions,
    ineffective,
    patches,
    over_broad,
    inverted_message,
    ended_systems,
    images,
    stale_findings,
)
FILE_CHECKS: tuple[Callable[[list[Unit]], Iterator[tuple[Unit, Remark]]], ...] = (inverted_sieves,)


def _installed(unit: Unit) -> list[dict[str, Any]]:
    """The Python packages that the image has to have."""
    packages = (unit.should_include.get("runtime_environments") or {}).get("python_packages")
    return packages if isinstance(packages, list) else []


def _specifiers(value: Any) -> Iterator[str]:
    """Every version specifier, wherever it stands."""
    if isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, str) and (key == "version" or key.endswith("_version")) and _is_specifier(each):
                yield each
            elif key not in ("rpm_packages", "operating_systems"):
                yield from _specifiers(each)
    elif isinstance(value, list):
        for each in value:
            yield from _specifiers(each)


def _is_specifier(text: str) -> bool:
    try:
        parse_specifier(text)
    except InvalidSpecifier:
        return False
    return bool(text.strip())
