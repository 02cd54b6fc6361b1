"""From an impossible search to a few sentences: the smallest set of requirements that clash, and what makes them clash.

Requirements that the conflict does not need are found by leaving them out one by one and searching again (QuickXplain's
result by the simplest way: the sets are small, and a search takes milliseconds).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from package_extract.errors import PackageExtractError
from package_extract.resolver.bars import staying
from package_extract.resolver.building import building_means
from package_extract.resolver.causes import Agreement, Barred, Needs, Requested
from package_extract.resolver.conflict import Conflict
from package_extract.resolver.failing import ASSUMED
from package_extract.resolver.justifying import UNUSABLE_TEXT
from package_extract.resolver.masks import positions
from package_extract.resolver.names import qualified, split_name
from package_extract.resolver.offers import CHOICE
from package_extract.resolver.ranges import named
from package_extract.resolver.resolution import CHANGES, Impossible, search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.resolver.dependency import Dependency
    from package_extract.resolver.package import Package
    from package_extract.resolver.resolution import Resolution
    from package_extract.resolver.solver.conflict import Core, GivenClause
    from package_extract.resolver.universe import PackageUniverse

__all__ = ["explain"]

_MOST_ROOTS = 40
_MOST_SUGGESTIONS = 4
_MOST_SENTENCES = 12
_MOST_METADATA = 60
"""Wheels whose metadata is fetched for the sake of the explanation; what the search has read is there anyway."""


def explain(universe: PackageUniverse, impossible: Impossible) -> Conflict:
    """What clashes, why, and what would help."""
    lifted = set(universe.bars.lifted)
    universe.allowance = _MOST_METADATA
    asked = impossible.roots
    impossible, roots = _smallest(universe, impossible)
    roots = _with_addresses(impossible.core, roots, asked)
    sentences = _Sentences(universe)
    for clause in impossible.core:
        sentences.take(clause)
    written = sentences.written(roots, [each for each in _roots(impossible.core) if each.origin == CHANGES])
    suggestions = _suggestions(universe, impossible, roots)
    universe.bars.lifted, universe.allowance = lifted, None
    proved = not any(isinstance(each.cause, Barred) and each.cause.kind == ASSUMED for each in impossible.core)
    return Conflict(tuple(map(_said, roots)), tuple(written), tuple(suggestions), proved)


def _roots(core: Core) -> list[Requested]:
    found = {each.cause.number: each.cause for each in core if isinstance(each.cause, Requested)}
    return [found[number] for number in sorted(found)]


def _asked(impossible: Impossible) -> list[Requested]:
    """The requirements in a conflict; all there are if it is about what has to change because of some of them."""
    found = _roots(impossible.core)
    if any(each.origin == CHANGES for each in found):
        found = list(impossible.roots)
    return [each for each in found if each.origin != CHANGES]


def _said(root: Requested) -> str:
    label = f" for {root.label}" if root.label else ""
    return f"{root.dependency.text}{label} ({root.origin})"


def _smallest(universe: PackageUniverse, impossible: Impossible) -> tuple[Impossible, list[Requested]]:
    """The conflict of requirements none of which can be left out, and these."""
    roots = _asked(impossible)
    lifted = universe.bars.lifted
    for root in roots if len(roots) <= _MOST_ROOTS else ():
        fewer = [each for each in roots if each is not root]
        if root not in roots or not fewer:
            continue
        try:
            _search_anew(universe, fewer)
        except Impossible as smaller:
            impossible, roots, lifted = smaller, _asked(smaller), universe.bars.lifted
        except PackageExtractError:
            break
    universe.bars.lifted = lifted
    return impossible, roots


def _search_anew(universe: PackageUniverse, roots: Sequence[Requested]) -> Resolution:
    """A search that lifts only what these requirements make necessary."""
    universe.bars.lifted = set()
    return search(universe, roots)


def _with_addresses(core: Core, roots: list[Requested], asked: Sequence[Requested]) -> list[Requested]:
    """The requirements, and those by address that the conflict is about: nothing else was looked at for these."""
    names = {_base(name) for clause in core for name, _ in clause.literals}
    addressed = [each for each in asked if each.dependency.url and _qualified(each) in names and each not in roots]
    return sorted([*roots, *addressed], key=lambda each: each.number)


class _Need(Struct):
    """All that versions of one package need of another, taken together."""

    parents: int = 0
    allowed: int = 0
    texts: set[str] = field(default_factory=set)
    problems: set[str] = field(default_factory=set)


class _Sentences:
    """Gathers clauses, and writes them down in the order in which they follow from the requirements."""

    def __init__(self, universe: PackageUniverse) -> None:
        self._universe = universe
        self._needs: dict[tuple[str, str], _Need] = {}
        self._bars: dict[str, list[Barred]] = {}
        self._agreements: list[Agreement] = []
        self._places: set[str] = set()
        self._asked: dict[str, int] = {}

    def take(self, clause: GivenClause) -> None:
        """Take note of a clause."""
        cause = clause.cause
        self._places.update(_base(name) for name, _ in clause.literals if name.endswith(f"[{CHOICE}]"))
        if isinstance(cause, Needs):
            self._take_need(clause, cause)
        elif isinstance(cause, Barred):
            bars = self._bars.setdefault(cause.name, [])
            if cause not in bars:
                bars.append(cause)
        elif isinstance(cause, Agreement):
            if cause not in self._agreements:
                self._agreements.append(cause)
        elif isinstance(cause, Requested):
            name, values = clause.literals[0]
            self._asked[_base(name)] = self._asked.get(_base(name), -1) & values

    def _take_need(self, clause: GivenClause, cause: Needs) -> None:
        parent, left = clause.literals[0]
        package = self._package(parent)
        child = _base(clause.literals[1][0]) if len(clause.literals) > 1 else ""
        need = self._needs.setdefault((_base(parent), child), _Need())
        need.parents |= package.all & ~left
        if cause.problem:
            need.problems.add(f"{cause.problem} (rule {cause.rule})" if cause.rule else cause.problem)
        elif len(clause.literals) == 1 and cause.dependency:
            need.problems.add(f"it needs {_bare(cause.dependency)}, which it is not")
        if len(clause.literals) > 1:
            need.allowed |= clause.literals[1][1] & self._package(child).all
        if cause.dependency:
            need.texts.add(_bare(cause.dependency))

    def _package(self, name: str) -> Package:
        return self._universe.variable(_base(name)).package

    def written(self, roots: Sequence[Requested], changes: Sequence[Requested]) -> list[str]:
        """The sentences; `changes` are installed packages that have to change."""
        lines = [self._change_sentence(change) for change in changes]
        order = list(dict.fromkeys(_qualified(root) for root in (*roots, *changes)))
        order += [name for name in self._bars if name not in order]
        lines += [sentence for root in roots if (sentence := self._nothing_sentence(root))]
        seen: set[str] = set()
        while order:
            name = order.pop(0)
            if name in seen:
                continue
            seen.add(name)
            lines += self._bar_sentences(name)
            if name in self._places:
                scope, project, _, _ = self._universe.variable(name)
                for offer in self._universe.offers.of(scope, project):
                    lines.append(f"{offer.name} could take the place of {project} (rule {offer.verdict.rule})")
                    order.insert(0, qualified(scope, offer.name))
            for (parent, child), need in self._needs.items():
                if parent == name:
                    lines.append(self._need_sentence(parent, child, need))
                    if child:
                        order.insert(0, child)
        lines += [_agreement_sentence(each) for each in self._agreements]
        if len(lines) > _MOST_SENTENCES:
            lines = [*lines[:_MOST_SENTENCES], f"and {len(lines) - _MOST_SENTENCES} facts more of this kind"]
        return lines

    def _change_sentence(self, root: Requested) -> str:
        installed = self._package(_qualified(root)).installed
        version = f" {installed.version}" if installed else ""
        return f"the installed {root.dependency.name}{version} has to change as well, because what it needs changes"

    def _nothing_sentence(self, root: Requested) -> str | None:
        """What is said of a requirement that no version meets; None if some version does."""
        package = self._package(_qualified(root))
        if not package.all:
            return f"no version of {package.name} is listed"
        if package.select(root.dependency.specifier):
            return None
        if stays := staying(package):
            return stays
        newest = package.versions.text((package.usable or package.all).bit_length() - 1)
        return f"no version of {package.name} is {root.dependency.specifier}; the newest is {newest}"

    def _bar_sentences(self, name: str) -> list[str]:
        _, project, _ = split_name(name)
        sentences = []
        for bar in self._bars.get(name, ()):
            if bar.kind == "unusable":
                sentences += self._unusable_sentence(name, project)
            elif bar.kind in ("abi", "unreadable"):
                sentences.append(f"{named(project, self._package(name), self._barred(name, bar))}: {bar.message}")
            elif bar.kind == ASSUMED:
                sentences.append(f"{project}: {bar.message}")
            elif bar.kind in ("installed", "needed-by-installed"):
                sentences.append(bar.message)
            elif bar.kind == "rule":
                sentences.append(f"{project}: {bar.message} (rule {bar.owner})")
            elif bar.kind == "hash":
                sentences.append(f"{project}: {bar.message}")
            elif bar.kind == "constraint":
                sentences.append(bar.message.replace("excludes it", f"bounds {project}"))
            else:
                mask = self._barred(name, bar)
                who = named(project, self._package(name), mask) if mask else f"some versions of {project}"
                sentences.append(f"{who} cannot be taken: {bar.message}")
        return sentences

    def _barred(self, name: str, bar: Barred) -> int:
        """The versions that a bar excludes; none if it was lifted since."""
        scope, _, _, package = self._universe.variable(name)
        return next((values for values, each in self._universe.bars.of(scope, package) if each == bar), 0)

    def _unusable_sentence(self, name: str, project: str) -> list[str]:
        """Why the versions that all requirements admit cannot be used."""
        package = self._package(name)
        wanted = package.all & self._asked.get(name, -1)
        for (_, child), need in self._needs.items():
            if child == name and need.allowed:
                wanted &= need.allowed
        unusable = (wanted or package.all) & ~package.usable
        groups: dict[str, int] = {}
        for position in positions(unusable):
            problem = package.problem(position)
            if problem:
                groups[problem] = groups.get(problem, 0) | 1 << position
        if wanted and wanted & package.usable:
            groups = {}  # the search had others to choose from, and what speaks against those is said elsewhere
        ordered = sorted(groups.items(), key=lambda each: -each[1].bit_length())
        scope = self._universe.variable(name).scope
        texts = UNUSABLE_TEXT | {"needs-build": UNUSABLE_TEXT["needs-build"] + building_means(scope.target)}
        return [f"{named(project, package, mask, package.all)}: {texts[p]}" for p, mask in ordered]

    def _need_sentence(self, parent: str, child: str, need: _Need) -> str:
        _, project, _ = split_name(parent)
        who = named(project, self._package(parent), need.parents)
        if need.problems:
            return f"{who} cannot be taken: {'; '.join(sorted(need.problems)[:2])}"
        _, other, _ = split_name(child)
        if len(need.texts) == 1:
            text = next(iter(need.texts))
            return f"{who} needs {text}" if need.allowed else f"{who} needs {text}, {self._none(child)}"
        package = self._package(child)
        return f"{who} needs {named(other, package, need.allowed) if need.allowed != package.usable else other}"

    def _none(self, name: str) -> str:
        stays = staying(self._package(name))
        return f"but {stays}" if stays else "of which there is none"


def _base(name: str) -> str:
    return name.partition("[")[0]


def _bare(dependency: Dependency) -> str:
    return dependency.text.partition(";")[0].strip()


def _qualified(root: Requested) -> str:
    return f"{root.label}:{root.dependency.name}" if root.label else root.dependency.name


def _agreement_sentence(cause: Agreement) -> str:
    how = {"exact": "have the same version", "major": "have the same major version"}.get(cause.mode, "be compatible")
    return f"{cause.name} has to {how} in {cause.first} and {cause.second}"


def _suggestions(universe: PackageUniverse, impossible: Impossible, roots: list[Requested]) -> list[str]:
    found = []
    for root in roots[:_MOST_SUGGESTIONS]:
        if root.dependency.specifier and len(roots) > 1:
            version = _without_bounds(universe, roots, root)
            if version:
                found.append(f"{root.dependency.name} without {root.dependency.specifier}: that gives {version}")
        elif len(roots) > 1 and _possible(universe, [each for each in roots if each is not root]):
            found.append(f"leave out {root.dependency.text}")
    bars = [each.cause for each in impossible.core if isinstance(each.cause, Barred)]
    for bar in dict.fromkeys(bars):
        if bar.kind == "prerelease":
            found.append(f"--pre, which admits pre-releases (here of {split_name(bar.name)[1]})")
        elif bar.kind == "constraint":
            found.append(f"another constraint than the one of {bar.owner} on {split_name(bar.name)[1]}")
        elif bar.kind in ("abi", ASSUMED):
            found += [bar.owner] if bar.owner else []
            found += ["--deep, which looks at all versions"] if bar.kind == ASSUMED else []
        elif bar.kind in ("installed", "needed-by-installed"):
            found.append(_room(universe, bar.name))
    found += [_room(universe, name) for name in map(_qualified, roots) if staying(universe.variable(name).package)]
    for label, project in dict.fromkeys(split_name(bar.name)[:2] for bar in bars):
        found += universe.rules.suggestions(project, label)
    found += [f"--without {rule}, which switches that rule off" for rule in _rules(impossible)]
    return list(dict.fromkeys(found))


def _room(universe: PackageUniverse, name: str) -> str:
    """The option that would let a package of the image change."""
    scope, _, _, package = universe.variable(name)
    if scope.policy.installed == "pin" and package.installed and not package.installed.system_owned:
        return "--installed prefer, which changes what the image has where it must"
    return "a virtual environment in the image, where --installed ignore is right"


def _rules(impossible: Impossible) -> list[str]:
    """Names of rules without which there may be a solution."""
    causes = [each.cause for each in impossible.core]
    barring = [cause.owner for cause in causes if isinstance(cause, Barred) and cause.kind == "rule"]
    clashing = [cause.rule for cause in causes if isinstance(cause, Needs) and cause.problem and cause.rule]
    return list(dict.fromkeys([*barring, *clashing]))


def _without_bounds(universe: PackageUniverse, roots: Sequence[Requested], root: Requested) -> str | None:
    free = Requested(root.number, root.dependency._replace(specifier=""), root.origin, root.label)
    try:
        resolution = _search_anew(universe, [free if each == root else each for each in roots])
    except (Impossible, PackageExtractError):
        return None
    name = _qualified(root)
    return f"{root.dependency.name} {universe.variable(name).package.versions.text(resolution.positions[name])}"


def _possible(universe: PackageUniverse, roots: list[Requested]) -> bool:
    try:
        _search_anew(universe, roots)
    except (Impossible, PackageExtractError):
        return False
    return True
