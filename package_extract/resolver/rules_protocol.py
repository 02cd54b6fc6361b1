"""What a set of rules can say to the resolver: which versions it forbids, prefers, or knows to need something else.

The solver asks; a set of rules answers from what it knows of the target. Every answer has to stay the same during one
resolution. `NoRules` answers nothing, and is the base of classes that answer some of the questions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from package_extract.resolver.masks import VersionSequence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from package_extract.resolver.target import Target

__all__ = ["Candidates", "NoRules", "Offer", "RuleClause", "Rules", "Verdict"]


class Verdict(NamedTuple):
    """Why a rule says what it says."""

    rule: str
    """Name of the rule, unique within its set."""
    message: str
    """One sentence for people."""
    link: str | None = None


class RuleClause(NamedTuple):
    """Packages at versions that do not go together, go together well, or need something else together."""

    together: Mapping[str, str]
    """Specifiers by normalized name; at least two. A package that is installed in the image counts with its installed
    version, unless the solution has another one."""
    verdict: Verdict
    score: float = 0.0
    """Of a preference, which is given up where nothing fits otherwise: below 0 for packages that should not be
    together, above for those that should be at these versions if they are together. 0 for what must not be together."""
    needed: tuple[str, str] | None = None
    """Name and specifier of the package that is needed where they are together."""


class Offer(NamedTuple):
    """Another package that can take the place of one."""

    wanted: str
    """Specifier of the versions in whose place it can stand; empty for any."""
    name: str
    """Normalized."""
    specifier: str
    """Versions of it; empty for any."""
    same_version: bool
    """It stands for the same version only."""
    verdict: Verdict


class Candidates(VersionSequence, Protocol):
    """The versions of a package."""

    def origins(self, position: int) -> Collection[str]:
        """The indexes that its files come from; none for a version that is only installed."""


class Rules(Protocol):
    """The questions. Names are normalized; `label` names the image where a request has several, else it is empty."""

    def begin(self, target: Target, label: str) -> None:
        """A resolution for this target begins."""

    def rejected(self, direct: Iterable[str], label: str) -> Verdict | None:
        """Why nothing is to be resolved for the target at all, or not with one of these direct requirements."""

    def offers(self, name: str, label: str) -> Sequence[Offer]:
        """Packages that can take the place of one, the better first."""

    def suggestions(self, name: str, label: str) -> Iterable[str]:
        """What could be asked for where a package cannot be had."""

    def forbidden(self, name: str, versions: Candidates, label: str) -> Iterable[tuple[int, Verdict]]:
        """Versions that must not be chosen, as masks over `versions` (`masks.specifier_mask` makes them)."""

    def clauses(self, name: str, label: str) -> Iterable[RuleClause]:
        """Every clause in which the package occurs."""

    def score(self, name: str, versions: Candidates, position: int, label: str) -> float:
        """What speaks for a version, 0 by default: the highest score is tried first, then the newest version."""

    def opinions(self, name: str, versions: Candidates, label: str) -> Iterable[tuple[int, float, Verdict]]:
        """What the score is made of: versions as a mask, what is added, and why."""

    def scored(self, name: str, label: str) -> bool:
        """Whether `score` says anything but 0 for the package: it is not called otherwise."""

    def drops(self, parent: str, version: str, dependency: str, label: str) -> Verdict | None:
        """Why a version of `parent` does not need the package `dependency` here although it says so."""

    def extra_requirements(self, name: str, version: str, label: str) -> Iterable[tuple[str, Verdict]]:
        """Requirements (PEP 508) that a version does not declare."""

    def judge(
        self, pins: Mapping[str, str], needed_by: Callable[[str], Collection[str]], label: str
    ) -> tuple[Sequence[str], Verdict] | None:
        """Names of pins of a whole solution that must not stand together, and why; None for a good solution.

        `needed_by` tells which pins need one.
        """


class NoRules:
    """Says nothing."""

    def begin(self, target: Target, label: str) -> None:
        """Nothing to prepare."""

    def rejected(self, direct: Iterable[str], label: str) -> Verdict | None:  # noqa: ARG002
        """Nothing is rejected."""
        return None

    def offers(self, name: str, label: str) -> Sequence[Offer]:  # noqa: ARG002
        """None."""
        return ()

    def suggestions(self, name: str, label: str) -> Iterable[str]:  # noqa: ARG002
        """None."""
        return ()

    def forbidden(self, name: str, versions: Candidates, label: str) -> Iterable[tuple[int, Verdict]]:  # noqa: ARG002
        """No version."""
        return ()

    def clauses(self, name: str, label: str) -> Iterable[RuleClause]:  # noqa: ARG002
        """No clause."""
        return ()

    def score(self, name: str, versions: Candidates, position: int, label: str) -> float:  # noqa: ARG002
        """All the same."""
        return 0.0

    def opinions(self, name: str, versions: Candidates, label: str) -> Iterable[tuple[int, float, Verdict]]:  # noqa: ARG002
        """None."""
        return ()

    def scored(self, name: str, label: str) -> bool:  # noqa: ARG002
        """Nothing is scored."""
        return False

    def drops(self, parent: str, version: str, dependency: str, label: str) -> Verdict | None:  # noqa: ARG002
        """Every dependency counts."""
        return None

    def extra_requirements(self, name: str, version: str, label: str) -> Iterable[tuple[str, Verdict]]:  # noqa: ARG002
        """None."""
        return ()

    def judge(
        self,
        pins: Mapping[str, str],  # noqa: ARG002
        needed_by: Callable[[str], Collection[str]],  # noqa: ARG002
        label: str,  # noqa: ARG002
    ) -> tuple[Sequence[str], Verdict] | None:
        """Every solution is good."""
        return None
