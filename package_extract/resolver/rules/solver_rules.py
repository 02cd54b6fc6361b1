"""A rulebook and security advisories as the answers to what the solver asks (`resolver.rules_protocol`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.resolver.masks import positions
from package_extract.resolver.rules.effects import EffectSettings, effects_of
from package_extract.resolver.rules.matching import Chosen, index_matches, matches, together, version_mask
from package_extract.resolver.rules_protocol import NoRules, RuleClause, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from package_extract.resolver.rules.advisories import Advisories
    from package_extract.resolver.rules.effects import Drop, Effects, Stride
    from package_extract.resolver.rules.rulebook import Explanation, Rulebook
    from package_extract.resolver.rules.unit import Unit
    from package_extract.resolver.rules_protocol import Candidates, Offer
    from package_extract.resolver.target import Target

__all__ = ["SolverRules"]

_PENALTY = -0.2
"""What a known vulnerability costs, each."""
_PENALISING = frozenset({"stable", "performance"})
"""Recommendation types that avoid vulnerable versions if others fit; `security` never takes them."""


class SolverRules(NoRules):
    """Rules for one or several labelled images."""

    def __init__(
        self,
        make_book: Callable[[Target], Rulebook],
        *,
        advisories: Advisories | None = None,
        settings: EffectSettings | None = None,
    ) -> None:
        """`make_book` says what rules there are for a target."""
        self._make_book = make_book
        self._targets: dict[str, Target] = {}
        self.books: dict[str, Rulebook] = {}
        """By label; "" for a request without labels."""
        self.effects: dict[str, Effects] = {}
        self.units: dict[str, list[Unit]] = {}
        """Units that count and can change what is chosen, by label."""
        self.advisories = advisories
        self._settings = settings or EffectSettings()
        self._scores: dict[tuple[str, str], list[float]] = {}

    def begin(self, target: Target, label: str) -> None:
        """Evaluate the conditions of all rules that can matter for the resolution."""
        if self._targets.get(label) is target:
            return
        self._targets[label] = target
        book = self.books[label] = self._make_book(target)
        self.units[label] = book.solve_units()
        self.effects[label] = effects_of(self.units[label], book.environment, self._settings)
        self._scores.clear()

    def explain(self, label: str = "", *, advice: bool = True) -> Explanation:
        """What became of every rule; `advice` tells whether rules that only say something were asked too."""
        explanation = self.books[label].explain(advice=advice)
        unused = self.effects[label].unused
        evaluated = [name for name in explanation.evaluated if name not in unused]
        return explanation._replace(evaluated=evaluated, skipped={**explanation.skipped, **unused})

    def rejected(self, direct: Iterable[str], label: str) -> Verdict | None:
        """What boots say that reject the image, or one of the direct requirements in it."""
        required = {"", *direct}
        found = [why for packages, why in self.effects[label].boots if not required.isdisjoint(packages)]
        if len(found) < 2:
            return found[0] if found else None
        more = f"; {len(found) - 1} more rules reject it" if len(found) > 2 else f"; {found[1].message}"
        return found[0]._replace(message=found[0].message + more)

    def offers(self, name: str, label: str) -> Sequence[Offer]:
        """What pseudonyms offer."""
        return self.effects[label].offers.get(name, ()) if self._settings.alternatives else ()

    def suggestions(self, name: str, label: str) -> Iterator[str]:
        """Packages that are offered, where they are not taken."""
        for offer in self.effects[label].offers.get(name, ()) if not self._settings.alternatives else ():
            yield f"--alternatives, with which {offer.name} can take the place of {name} (rule {offer.verdict.rule})"

    def forbidden(self, name: str, versions: Candidates, label: str) -> Iterator[tuple[int, Verdict]]:
        """Versions that sieves and steps exclude; with `security`, vulnerable ones too."""
        for wanted, verdict in self._about(self.effects[label].forbidden, name):
            mask = version_mask(wanted, versions, prereleases=True)
            if mask := self._of_index(mask, wanted, versions):
                yield mask, verdict
        if self.advisories and self._recommendation(label) == "security":
            yield from self.advisories.masks(name, versions)

    def clauses(self, name: str, label: str) -> Iterable[RuleClause]:
        """Combinations that steps and groups reject."""
        return self.effects[label].clauses.get(name, ())

    def scored(self, name: str, label: str) -> bool:
        """Whether steps score the package, or vulnerable versions of it are to be avoided."""
        scores = self.effects[label].scores
        return name in scores or "" in scores or self._penalises(name, label)

    def score(self, name: str, versions: Candidates, position: int, label: str) -> float:
        """The sum of what steps and advisories say of a version."""
        key = label, name
        if key not in self._scores:
            opinions = self.opinions(name, versions, label)
            self._scores[key] = [
                round(sum(value for mask, value, _ in opinions if mask >> each & 1), 6) for each in range(len(versions))
            ]
        return self._scores[key][position]

    def opinions(self, name: str, versions: Candidates, label: str) -> list[tuple[int, float, Verdict]]:
        """What steps and advisories say of versions."""
        strict = self.books[label].circumstances.mode == "strict"
        found = [
            (
                self._of_index(version_mask(score.wanted, versions, prereleases=not strict), score.wanted, versions),
                score.value,
                score.verdict,
            )
            for score in self._about(self.effects[label].scores, name)
        ]
        if self.advisories and self._penalises(name, label):
            found += [(mask, _PENALTY, verdict) for mask, verdict in self.advisories.masks(name, versions)]
        return found

    def _of_index(self, mask: int, wanted: Mapping[str, Any], versions: Candidates) -> int:
        """Of some versions those that come from the index that is meant, where there are several."""
        if "index_url" not in wanted or len(self._settings.indexes) < 2:
            return mask
        for position in positions(mask):
            origins = versions.origins(position)
            meant = (index_matches(wanted["index_url"], origin, self._settings.mode) for origin in origins)
            if not origins or not all(meant):
                mask &= ~(1 << position)
        return mask

    def _penalises(self, name: str, label: str) -> bool:
        known = self.advisories is not None and name in self.advisories
        return known and self._recommendation(label) in _PENALISING

    def _recommendation(self, label: str) -> str | None:
        return self.books[label].circumstances.recommendation_type

    def drops(self, parent: str, version: str, dependency: str, label: str) -> Verdict | None:
        """Why a dependency is left out."""
        for drop in self.effects[label].drops.get(dependency, ()):
            if self._is_from(drop, parent, version, label):
                return drop.verdict
        return None

    def _is_from(self, drop: Drop, parent: str, version: str, label: str) -> bool:
        mode = self.books[label].circumstances.mode
        chosen = Chosen(version)
        return not drop.parents or any(
            each["name"] == parent and matches(each, parent, chosen, mode) for each in drop.parents
        )

    def extra_requirements(self, name: str, version: str, label: str) -> Iterator[tuple[str, Verdict]]:
        """What `step.AddPackage` adds."""
        mode = self.books[label].circumstances.mode
        for wanted, line, verdict in self._about(self.effects[label].additions, name):
            if matches(wanted, name, Chosen(version), mode):
                yield line, verdict

    def judge(
        self, pins: Mapping[str, str], needed_by: Callable[[str], Collection[str]], label: str
    ) -> tuple[Sequence[str], Verdict] | None:
        """The first stride, or step about what others bring, that rejects the solution."""
        mode = self.books[label].circumstances.mode
        if not self.effects[label].strides:
            return None
        chosen = {name: Chosen(version) for name, version in pins.items()}
        for stride in self.effects[label].strides:
            names = together(stride.resolved, chosen, mode)
            if names is not None and _is_brought(stride, needed_by):
                return names or sorted(pins), stride.verdict
        return None

    @staticmethod
    def _about(effects: Mapping[str, list[Any]], name: str) -> list[Any]:
        """What is said of one package, and of all."""
        return [*effects.get(name, ()), *effects.get("", ())]


def _is_brought(stride: Stride, needed_by: Callable[[str], Collection[str]]) -> bool:
    """Whether all who are meant need the package, and nobody else if others may not."""
    if not stride.parents:
        return True
    needing = {*needed_by(stride.package)}
    return stride.parents == needing or (stride.others and stride.parents < needing)
