"""Requirements that are not met, as `pip check` finds them, with the markers of the interpreter inside the image.

https://pip.pypa.io/en/stable/cli/pip_check/. The messages are pip's own, so that the two can be compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.audit.finding import Finding, finding, printed_version, python_owner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.requirements import Requirement

    from package_extract.audit.installed import Installed, Seen

__all__ = ["requirements"]


def requirements(installed: Installed) -> Iterator[Finding]:
    """What is missing or of a wrong version in what one interpreter sees."""
    interpreter = installed.interpreter
    for name, seen in installed.packages.items():
        about = {
            "environment": seen.environment,
            "interpreter": interpreter["path"],
            "package": python_owner(seen.row),
            "path": seen.row["metadata_path"],
        }
        subject = f"{name} {printed_version(seen.row)}"
        for text in seen.row["requires_dist"]:
            yield from _requirement(subject, text, installed, about)
        yield from _python(subject, seen, interpreter, about)


def _requirement(subject: str, text: str, installed: Installed, about: dict[str, Any]) -> Iterator[Finding]:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        requirement = Requirement(text)
        wanted = requirement.marker is None or requirement.marker.evaluate(
            {**installed.interpreter["marker_environment"], "extra": ""}
        )
    except (InvalidRequirement, ValueError, RecursionError, KeyError):
        message = f"{subject} has a requirement that cannot be understood: {text[:200]}"
        yield finding("invalid-metadata", "warning", message, **about)
        return
    if not wanted:
        return
    name = canonicalize_name(requirement.name)
    other = installed.packages.get(name)
    if other is None:
        message = f"{subject} requires {name}, which is not installed."
        yield finding("missing-requirement", "error", message, **about)
    elif not _meets(requirement, other):
        message = f"{subject} has requirement {requirement}, but you have {name} {printed_version(other.row)}."
        yield finding("conflicting-requirement", "error", message, **about)


def _meets(requirement: Requirement, other: Seen) -> bool:
    """Whether the installed version is one of those asked for; one that is no version meets only no specifier."""
    from packaging.version import InvalidVersion

    try:
        return requirement.specifier.contains(other.row["version"] or "", prereleases=True)
    except InvalidVersion:
        return not requirement.specifier


def _python(subject: str, seen: Seen, interpreter: Mapping[str, Any], about: dict[str, Any]) -> Iterator[Finding]:
    """Whether the distribution is for this Python, which `pip check` does not ask."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    text, version = seen.row["requires_python"], interpreter["version"]
    if not text or not version:
        return
    try:
        fits = SpecifierSet(text).contains(version.removesuffix("+"), prereleases=True)
    except (InvalidSpecifier, ValueError):
        yield finding("invalid-metadata", "warning", f"{subject} has no valid Requires-Python: {text[:200]}", **about)
        return
    if not fits:
        message = f"{subject} requires Python {text}, but this is Python {version}."
        yield finding("unsupported-python", "warning", message, **about)
