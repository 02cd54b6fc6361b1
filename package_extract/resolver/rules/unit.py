"""A unit: one rule, as it is written in a file of prescriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LISTS", "TYPES", "Unit"]

LISTS = ("boots", "pseudonyms", "sieves", "steps", "strides", "wraps")
"""The lists of units of a file, in the order in which a resolver asks them."""
TYPES = {
    "boots": ("boot",),
    "pseudonyms": ("pseudonym",),
    "sieves": ("sieve", "sieve.SkipPackage"),
    "steps": ("step", "step.SkipPackage", "step.AddPackage", "step.Group"),
    "strides": ("stride",),
    "wraps": ("wrap", "wrap.GHReleaseNotes"),
}
"""The eleven types, by the list that they stand in."""


class Unit(NamedTuple):
    """One rule. What is written as one match or as a list of them is a list here."""

    name: str
    """With the name of its collection: "mine.GitPythonNeedsGit"."""
    kind: str
    """Which of `LISTS` it stands in."""
    type: str
    """One of `TYPES`."""
    should_include: dict[str, Any]
    """When it counts at all."""
    match: list[dict[str, Any]]
    """What it is about; alternatives. Empty if it says nothing of packages."""
    run: dict[str, Any]
    """What it does."""
    file: str
    """Where it is written, relative to the directory that was loaded."""
    line: int
    """The line on which it begins, from 1."""

    def packages(self) -> frozenset[str]:
        """One package for each alternative, without which it cannot match; "" for an alternative that needs none."""
        if self.type == "step.Group":
            return frozenset(
                member["package_version"]["name"] for alternative in self.match for member in alternative["group"]
            )
        return frozenset(map(_anchor, self.match)) or frozenset({""})

    def manifest_changes(self) -> list[dict[str, Any]]:
        """Changes of manifests, which may be written as one, as a list, or as a list of lists."""
        written = self.run.get("advised_manifest_changes") or []
        changes = written if isinstance(written, list) else [written]
        return [each for part in changes for each in (part if isinstance(part, list) else [part])]

    def texts(self) -> Iterator[dict[str, Any]]:
        """What it has to say: stack information, justifications and the log line, each with `type` and `message`."""
        yield from self.run.get("stack_info") or ()
        yield from self.run.get("justification") or ()
        if self.run.get("log"):
            yield self.run["log"]


def _anchor(alternative: dict[str, Any]) -> str:
    name = alternative.get("package_name") or (alternative.get("package_version") or {}).get("name")
    if not name:
        resolved = (alternative.get("state") or {}).get("resolved_dependencies")
        name = resolved[0].get("name") if resolved else None
    return name or ""
