"""One project as it can be chosen for one target: its versions, which of them can be used, and which file of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from packaging.version import Version

from package_extract.resolver.masks import insert_bit, specifier_mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.resolver.dependency import Dependency
    from package_extract.resolver.source import DistributionFile, Metadata, ProjectPage
    from package_extract.resolver.target import Installed, Target

__all__ = ["UNUSABLE", "Package", "Versions", "package_of", "selected"]

UNUSABLE = ("newer-than", "needs-build", "requires-python", "tag")
"""Why no file of a version can be used: all are newer than the user allows; there is only source; none is for this
version of Python; none is for this platform."""


class Versions:
    """The versions of a page, with others put in where they belong: those that are installed in an image."""

    __slots__ = ("_page", "_texts", "_versions", "inserted")

    def __init__(self, page: ProjectPage | None, others: Sequence[str]) -> None:
        self._page = page
        self.inserted: dict[int, str] = {}
        """Positions of versions that the page does not have."""
        self._texts: list[str] = list(page.versions) if page else []
        self._versions: list[Version | None] | None = None
        for text in others:
            self._insert(text)

    def _insert(self, text: str) -> None:
        version = Version(text)
        low, high = 0, len(self._texts)
        while low < high:
            middle = (low + high) // 2
            if self.version(middle) < version:
                low = middle + 1
            else:
                high = middle
        if low < len(self._texts) and self.version(low) == version:
            return
        if self._versions is None:
            self._versions = [None] * len(self._texts)
            if self._page:
                self._versions = [self._page.version(position) for position in range(len(self._texts))]
        self.inserted = {position + (position >= low): each for position, each in self.inserted.items()} | {low: text}
        self._texts.insert(low, text)
        self._versions.insert(low, version)

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, position: int) -> str:
        """The version as it is written."""
        return self._texts[position]

    def version(self, position: int) -> Version:
        """The version as compared."""
        if self._versions is not None:
            version = self._versions[position]
            if version is None:
                version = self._versions[position] = Version(self._texts[position])
            return version
        return self._page.version(position) if self._page else Version(self._texts[position])

    def position(self, text: str) -> int | None:
        """Where a version stands."""
        mask = specifier_mask(f"=={Version(text)}", self)
        wanted = Version(text)
        for position in range(len(self._texts)):
            if mask >> position & 1 and self.version(position) == wanted:
                return position
        return None

    def with_letters(self) -> list[int]:
        """Positions of versions that are not made of digits and dots only, as nearly all are."""
        if "".join(self._texts).replace(".", "").isdigit():
            return []
        return [position for position, text in enumerate(self._texts) if not text.replace(".", "").isdigit()]

    def on_page(self, position: int) -> int | None:
        """The position on the page, None for a version that was put in."""
        if position in self.inserted:
            return None
        return position - sum(1 for each in self.inserted if each < position)

    def origins(self, position: int) -> set[str]:
        """The indexes that the files of a version come from; none for one that was put in."""
        on_page = self.on_page(position)
        if self._page is None or on_page is None:
            return set()
        return {file.index for file in self._page.files(on_page)}

    def spread(self, mask: int) -> int:
        """A mask over the page as one over these versions."""
        for position in sorted(self.inserted):
            mask = insert_bit(mask, position)
        return mask


class _Judgement(NamedTuple):
    """Which versions and files of a page a target can use."""

    usable: int
    yanked: int
    """Of the usable versions, those of which only withdrawn files can be used."""
    fitting: frozenset[int]
    """Classes of the page whose files can be used."""
    problems: tuple[str | None, ...]
    """For each shape of the page why it cannot be used."""


class Package:
    """The versions of one project as candidates for one target.

    A version is a position in `versions`, and sets of versions are masks over them.
    """

    def __init__(
        self,
        name: str,
        target: Target,
        page: ProjectPage | None,
        *,
        installed: Installed | None = None,
        known: Sequence[str] = (),
        only_installed: bool = False,
        no_wheels: bool = False,
    ) -> None:
        """`known`: versions that have to be among those listed; `only_installed`: no other can be chosen."""
        self.name = name
        self.installed = installed
        self._target = target
        self._page = page
        self._masks: dict[str, int] = {}
        self._usable_files: dict[int, list[DistributionFile]] = {}
        self.passed_over: dict[int, list[str]] = {}
        """Why files of a version that the target accepts are not used after all, as clauses."""
        self._no_wheels = no_wheels
        self.versions = Versions(page, [*known, *([installed.version] if installed else [])])
        self.installed_position = self.versions.position(installed.version) if installed else None
        self.all = (1 << len(self.versions)) - 1
        judged = _judge(page, target, no_wheels=no_wheels)
        self._problems = judged.problems
        self._fitting = judged.fitting
        self.kept = 0 if self.installed_position is None else 1 << self.installed_position
        """The installed version as a mask."""
        self.usable = self.kept if only_installed else self.versions.spread(judged.usable) | self.kept
        self.yanked = self.versions.spread(judged.yanked) & ~self.kept
        self._prereleases: int | None = None
        self.needs: dict[tuple[int, str], tuple[Metadata, tuple[Dependency, ...] | str]] = {}
        """What a version needs by itself, or with an extra, in the target as some metadata has it, or why that cannot
        be told; kept here by who found it out."""

    @property
    def prereleases(self) -> int:
        """The usable versions that are pre-releases and not installed."""
        if self._prereleases is None:
            mask = 0
            for position in self.versions.with_letters():
                if self.usable >> position & 1 and self.versions.version(position).is_prerelease:
                    mask |= 1 << position
            self._prereleases = mask & ~self.kept
        return self._prereleases

    def select(self, specifier: str) -> int:
        """The versions that a specifier contains. Raises `InvalidSpecifier`."""
        mask = self._masks.get(specifier)
        if mask is None:
            mask = self._masks[specifier] = specifier_mask(specifier, self.versions)
        return mask

    def problem(self, position: int) -> str | None:
        """Why a version cannot be used: one of `UNUSABLE`; None if it can, or if it only is not on the page."""
        on_page = self.versions.on_page(position)
        if on_page is None or self._page is None:
            return None
        return self._problems[self._page.shape_of[on_page]]

    def is_installed(self, position: int) -> bool:
        """Whether this is the version that the image has."""
        return position == self.installed_position

    def usable_files(self, position: int) -> list[DistributionFile]:
        """The wheels of a version that the target accepts, best first."""
        if position not in self._usable_files:
            self._usable_files[position] = [] if self._no_wheels else self._ranked(position)
        return self._usable_files[position]

    def _ranked(self, position: int) -> list[DistributionFile]:
        on_page = self.versions.on_page(position)
        if self._page is None or on_page is None:
            return []
        ranked = []
        for file in self._page.files(on_page, self._fitting):
            rank = self._target.ranks[file.tag_set] if file.tag_set else None
            if rank is not None:
                ranked.append((file.yanked is not None, rank, _build_order(file.build), file.filename, file))
        ranked.sort(key=lambda each: each[:4])
        return [each[-1] for each in ranked]

    def pass_over(self, position: int, file: DistributionFile, problem: str) -> None:
        """Use a file no more, in no target, because it is broken; other wheels of its version remain."""
        self._usable_files[position] = [each for each in self.usable_files(position) if each is not file]
        self.passed_over.setdefault(position, []).append(problem)

    def file(self, position: int) -> DistributionFile | None:
        """The best wheel of a version; None for one that is only installed."""
        return next(iter(self.usable_files(position)), None)


def package_of(page: ProjectPage, target: Target, *, no_wheels: bool) -> Package:
    """The package of a project of which nothing is installed: one for all requests about targets of the same kind."""
    key = target.fingerprint, no_wheels
    package: Package | None = page.views.get(key)
    if package is None:
        package = page.views[key] = Package(page.name, target, page, no_wheels=no_wheels)
    return package


def selected(package: Package, specifier: str) -> int:
    """The versions that a specifier contains, all for an empty one. Raises `InvalidSpecifier`."""
    return package.select(specifier) if specifier else package.all


def _build_order(build: str) -> tuple[int, ...]:
    """A key that puts higher build tags first, and wheels without one last."""
    suffix = build.lstrip("0123456789")
    digits = build[: len(build) - len(suffix)]
    return (-int(digits), *(-ord(letter) for letter in suffix), 1) if digits else (1,)


def _judge(page: ProjectPage | None, target: Target, *, no_wheels: bool) -> _Judgement:
    if page is None:
        return _Judgement(0, 0, frozenset(), ())
    verdicts = list(map(target.problems.__getitem__, page.classes))
    if no_wheels:
        verdicts = [each or "needs-build" for each in verdicts]
    withdrawn = [each.yanked for each in page.classes]
    problems: list[str | None] = []
    only_withdrawn = []
    for shape in page.shapes:
        good = [each for each in shape if verdicts[each] is None]
        problems.append(None if good else _worst({verdicts[each] for each in shape}))
        only_withdrawn.append(bool(good) and all(withdrawn[each] for each in good))
    fits = _mask([problem is None for problem in problems], page.shape_of)
    yanked = _mask(only_withdrawn, page.shape_of) if any(only_withdrawn) else 0
    fitting = frozenset([number for number, verdict in enumerate(verdicts) if verdict is None])
    return _Judgement(fits, yanked, fitting, tuple(problems))


def _mask(chosen: Sequence[bool], shape_of: Sequence[int]) -> int:
    """The positions whose shape is chosen."""
    digits = ["1" if each else "0" for each in chosen]
    return int("".join([digits[shape] for shape in reversed(shape_of)]) or "0", 2)


def _worst(problems: set[str | None]) -> str:
    """What is said of a version none of whose files can be used."""
    if not problems:
        return "newer-than"
    if problems == {"requires-python"}:
        return "requires-python"
    return "needs-build" if "needs-build" in problems else "tag"
