"""Many solutions instead of one: all that there are, newest first, or a sample.

Each solution is excluded for the searches after it, so none comes twice, and the end of the iteration means that there
are no others.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from package_extract.resolver.errors import NoSolution
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.rules_protocol import NoRules, RuleClause, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from package_extract.resolver.answer import Answer
    from package_extract.resolver.policy import Policy
    from package_extract.resolver.rules_protocol import Candidates, Offer, Rules
    from package_extract.resolver.scope import Scope
    from package_extract.resolver.source import Source
    from package_extract.resolver.target import Target

__all__ = ["enumerate_stacks", "stack_id"]

_SEEN = Verdict("enumeration", "this combination was given already")
_RANGE = float(1 << 64)


def enumerate_stacks(
    scope: Scope,
    source: Source,
    policy: Policy,
    rules: Rules | None = None,
    *,
    seen: Iterable[Mapping[str, str]] = (),
    seed: int | None = None,
    vary: Literal["all", "direct"] = "all",
) -> Iterator[Answer]:
    """Solutions that differ from each other, and from those in `seen` (versions by name).

    With a `seed` each takes versions at random, the same ones for the same seed and the same index; else the newest
    come first. `vary`: whether solutions differ if any version does, or only if one of a direct requirement does.
    Raises `NoSolution` if there is none at all, and what the source raises.
    """
    direct = {bound.dependency.name for bound in scope.roots} if vary == "direct" else None
    excluding = _Excluding(rules or NoRules(), seed, direct)
    count = 0
    for pins in seen:
        excluding.exclude(pins)
        count += 1
    while True:
        excluding.turn = count
        try:
            answer = resolve_scopes([scope], source, policy, excluding)
        except NoSolution:
            if not count:
                raise
            return
        yield answer
        excluding.exclude(answer.pins)
        count += 1


def stack_id(pins: Mapping[str, str]) -> str:
    """Names a combination of versions; the same for the same combination."""
    text = "\n".join(f"{name}=={version}" for name, version in sorted(pins.items()))
    return sha256(text.encode()).hexdigest()[:16]


class _Excluding(NoRules):
    """Other rules, which it also asks, and the combinations that were given and must not come again."""

    def __init__(self, rules: Rules, seed: int | None, direct: set[str] | None) -> None:
        self._rules = rules
        self._seed = seed
        self._direct = direct
        self._seen: set[frozenset[tuple[str, str]]] = set()
        self._clauses: dict[str, list[RuleClause]] = {}
        self.turn = 0

    def exclude(self, pins: Mapping[str, str]) -> None:
        """Never give this combination again."""
        kept = self._compared(pins)
        self._seen.add(frozenset(kept.items()))
        clause = RuleClause({name: f"=={version}" for name, version in kept.items()}, _SEEN)
        if len(kept) > 1:
            for name in kept:
                self._clauses.setdefault(name, []).append(clause)

    def _compared(self, pins: Mapping[str, str]) -> dict[str, str]:
        """What makes a combination different; all of it if others took the place of what was required."""
        if self._direct is None or self._direct.isdisjoint(pins):
            return dict(pins)
        return {name: version for name, version in pins.items() if name in self._direct}

    def judge(
        self, pins: Mapping[str, str], needed_by: Callable[[str], Collection[str]], label: str
    ) -> tuple[Sequence[str], Verdict] | None:
        """A combination that was given, or that a rule rejects."""
        kept = self._compared(pins)
        if frozenset(kept.items()) in self._seen:
            return sorted(kept), _SEEN
        return self._rules.judge(pins, needed_by, label)

    def clauses(self, name: str, label: str) -> Iterable[RuleClause]:
        """Those of the rules, and combinations that were given."""
        return [*self._rules.clauses(name, label), *self._clauses.get(name, ())]

    def scored(self, name: str, label: str) -> bool:
        """With a seed every package has its order."""
        return self._seed is not None or self._rules.scored(name, label)

    def score(self, name: str, versions: Candidates, position: int, label: str) -> float:
        """With a seed a number between 0 and 1 that looks like chance."""
        if self._seed is None:
            return self._rules.score(name, versions, position, label)
        words = f"{self._seed}\0{self.turn}\0{name}\0{versions.version(position)}"
        return int.from_bytes(sha256(words.encode()).digest()[:8], "big") / _RANGE

    def begin(self, target: Target, label: str) -> None:
        """As the rules do."""
        self._rules.begin(target, label)

    def rejected(self, direct: Iterable[str], label: str) -> Verdict | None:
        """As the rules say."""
        return self._rules.rejected(direct, label)

    def offers(self, name: str, label: str) -> Sequence[Offer]:
        """As the rules say."""
        return self._rules.offers(name, label)

    def suggestions(self, name: str, label: str) -> Iterable[str]:
        """As the rules say."""
        return self._rules.suggestions(name, label)

    def forbidden(self, name: str, versions: Candidates, label: str) -> Iterable[tuple[int, Verdict]]:
        """As the rules say."""
        return self._rules.forbidden(name, versions, label)

    def drops(self, parent: str, version: str, dependency: str, label: str) -> Verdict | None:
        """As the rules say."""
        return self._rules.drops(parent, version, dependency, label)

    def extra_requirements(self, name: str, version: str, label: str) -> Iterable[tuple[str, Verdict]]:
        """As the rules say."""
        return self._rules.extra_requirements(name, version, label)
