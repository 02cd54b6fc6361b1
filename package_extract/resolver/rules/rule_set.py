"""Rules that are in use, and how they are read: all that does not depend on the image."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from package_extract.resolver.index.options import DEFAULT_INDEX_URL
from package_extract.resolver.rules.effects import EffectSettings
from package_extract.resolver.rules.environment import Circumstances, Environment, Hardware
from package_extract.resolver.rules.environment_document import environment_of
from package_extract.resolver.rules.opening import BUILT_IN, open_rules
from package_extract.resolver.rules.rulebook import Rulebook
from package_extract.resolver.rules.solver_rules import SolverRules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.resolver.index.options import IndexOptions
    from package_extract.resolver.rules.advisories import Advisories
    from package_extract.resolver.rules.index import RuleIndex
    from package_extract.resolver.target import Target

__all__ = ["RuleSet", "built_in_rules", "rule_set"]


class RuleSet(Struct, frozen=True, eq=False):
    """Indexes of rules, and how they are to be read."""

    indexes: tuple[RuleIndex, ...]
    circumstances: Circumstances = field(default_factory=Circumstances)
    advisories: Advisories | None = None
    disabled: frozenset[str] = frozenset()
    """Names of rules and advisories that are switched off."""
    skip_packages: bool = False
    """Let rules leave out dependencies."""
    alternatives: bool = False
    """Let rules put other packages in the place of those asked for."""
    info: bool = False
    """Ask for plain facts about packages too, where advice is given."""
    hardware: Hardware = field(default_factory=Hardware)
    known_images: tuple[Mapping[str, Any], ...] = ()
    """Documents of images that an image may be built on."""

    def for_solver(self, options: IndexOptions | None = None) -> SolverRules:
        """The rules in the form in which the solver asks them; `options` name the indexes that packages come from."""
        addresses: tuple[str, ...] = (DEFAULT_INDEX_URL,)
        if options is not None:
            addresses = (options.index_url or DEFAULT_INDEX_URL, *options.extra_index_urls)
        settings = EffectSettings(self.circumstances.mode, self.skip_packages, self.alternatives, addresses)
        return SolverRules(self.book_for, advisories=self._advisories(), settings=settings)

    def _advisories(self) -> Advisories | None:
        """Those that are not switched off, by `disabled` or by the label that Thoth has for it."""
        allowed = {*self.disabled, *self.circumstances.labels.get("allow-cve", "").split(",")}
        return self.advisories.without(allowed) if self.advisories and allowed != {""} else self.advisories

    def book_for(self, target: Target) -> Rulebook:
        """The rules as seen from a target."""
        return Rulebook(self.indexes, self._environment(target), self.circumstances, self.info, self.disabled)

    def _environment(self, target: Target) -> Environment:
        version = target.markers["python_version"]
        if target.document is None:
            platform = f"{target.markers['sys_platform']}-{target.markers['platform_machine']}"
            return Environment(python_version=version, platform=platform, hardware=self.hardware)
        return environment_of(
            target.document, python_version=version, hardware=self.hardware, known_images=self.known_images
        )


def rule_set(*prescriptions: str | Path, built_in: bool = True, **how: Any) -> RuleSet:
    """The rules in directories, files and indexes, after those that come with the package; `how` as in `RuleSet`.

    Raises `NoSuchRules`, `InvalidIndex`.
    """
    indexes = [built_in_rules()] if built_in else []
    return RuleSet((*indexes, *(open_rules(Path(place)) for place in prescriptions)), **how)


@lru_cache(maxsize=1)
def built_in_rules() -> RuleIndex:
    """The rules that come with the package, read once in a process."""
    return open_rules(BUILT_IN)
