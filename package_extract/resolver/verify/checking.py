"""All native wheels of a solution against the target, side by side, within the budget."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from package_extract.errors import PackageExtractError
from package_extract.resolver.errors import UNUSABLE_FILE, Offline, RangesNotServed
from package_extract.resolver.verify.loading import DRIVER_LIBRARIES, Missing, Surroundings, missing
from package_extract.resolver.verify.providers import package_for
from package_extract.resolver.verify.wheel_needs import WheelNeeds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.resolver.policy import Policy
    from package_extract.resolver.source import DistributionFile, Source
    from package_extract.resolver.target import Target

__all__ = ["Verifier", "Verification", "says"]

_THREADS = 4
_WITHOUT_LIMIT = 1 << 40

State = Literal["verified", "pure", "unverified", "failed"]


class Verification(Struct, frozen=True):
    """What is known of one wheel in the target."""

    state: State
    """`verified`: all that its extension modules need is there; `pure`: it has no native code; `unverified`: its tags
    fit, and no more was looked at; `failed`: something is missing, or the wheel is no wheel."""
    remark: str | None = None
    missing: tuple[Missing, ...] = ()
    needs_driver: bool = False


class Verifier:
    """Remembers what was read, so that a second solution costs only what is new in it."""

    def __init__(self, source: Source, policy: Policy) -> None:
        self.source, self.policy = source, policy
        self._needs: dict[str, WheelNeeds | str] = {}
        self._broken: dict[str, str] = {}
        """Why wheels cannot be installed anywhere, by URL."""

    def check(self, target: Target, files: Mapping[str, DistributionFile]) -> dict[str, Verification]:
        """Every wheel of a solution, by project."""
        native = {name: file for name, file in files.items() if not _is_pure(file)}
        if self.policy.verify_budget or self.policy.deep:
            self._read(target, [file for file in native.values() if file.url not in self._needs])
        brought = {name: self._names(file) for name, file in native.items()}
        installed = {path.rpartition("/")[2] for each in target.installed.values() for path in each.native_libraries}
        results = {name: Verification("pure") for name in files if name not in native}
        for name, file in native.items():
            others = installed.union(*(names for other, names in brought.items() if other != name))
            results[name] = self._judge(file, Surroundings(target, frozenset(others)))
        return results

    def _read(self, target: Target, files: list[DistributionFile]) -> None:
        if not files:
            return
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(_THREADS) as pool:
            for file, needs in zip(files, pool.map(partial(self._read_one, target), files), strict=True):
                self._needs[file.url] = needs

    def _read_one(self, target: Target, file: DistributionFile) -> WheelNeeds | str:
        from package_extract.resolver.verify.needs import wheel_needs

        budget = _WITHOUT_LIMIT if self.policy.deep else self.policy.verify_budget
        try:
            return wheel_needs(self.source, file, budget, partial(_fails_anyway, target))
        except RangesNotServed:
            return "its server gives no parts of files"
        except Offline:
            return "it is not in the cache"
        except UNUSABLE_FILE as error:
            self._broken[file.url] = str(error)
            return str(error)
        except PackageExtractError as error:
            return f"it could not be read: {error}"

    def _names(self, file: DistributionFile) -> frozenset[str]:
        needs = self._needs.get(file.url)
        if not isinstance(needs, WheelNeeds):
            return frozenset()
        names = {name for library in needs.libraries for name in library.names}
        return frozenset(names | {path.rpartition("/")[2] for path in needs.unread})

    def _judge(self, file: DistributionFile, surroundings: Surroundings) -> Verification:
        if file.url in self._broken:
            return Verification("failed", self._broken[file.url])
        needs = self._needs.get(file.url, "it was not to be looked at")
        if isinstance(needs, str):
            return Verification("unverified", needs)
        driver = any(name in DRIVER_LIBRARIES for library in needs.libraries for name in library.needed)
        lacking = tuple(missing(needs, surroundings))
        if lacking:
            return Verification("failed", says(lacking, surroundings.target), lacking, driver)
        if needs.unread:
            remark = f"{len(needs.unread)} of its libraries are larger than the budget; --deep reads them"
            return Verification("unverified", remark, (), driver)
        if surroundings.target.libraries is None:
            return Verification("unverified", "no libraries of the target are known", (), driver)
        return Verification("verified", None, (), driver)


def _fails_anyway(target: Target, needs: WheelNeeds) -> bool:
    """Whether something is missing that no other wheel is likely to bring: a library of operating systems."""
    lacking = missing(needs, Surroundings(target, frozenset()))
    return any(each.version is None and package_for(each.library, "deb") for each in lacking)


def _is_pure(file: DistributionFile) -> bool:
    return bool(file.tag_set and file.tag_set.endswith("-any"))


def says(lacking: tuple[Missing, ...], target: Target) -> str:
    """A clause that names what is missing and what would bring it."""
    family = target.system.family
    absent = sorted({each.library for each in lacking if each.version is None})
    parts = []
    if absent:
        packages = sorted({name for each in absent if (name := package_for(each, family))})
        where = f" (of the package{'s' if len(packages) > 1 else ''} {', '.join(packages)})" if packages else ""
        parts.append(f"it needs {', '.join(absent)}{where}, which the image does not have")
    for library in sorted({each.library for each in lacking if each.version and each.library not in absent}):
        versions = sorted({each.version for each in lacking if each.library == library and each.version})
        parts.append(f"it needs {library} with {', '.join(versions)}, and the image's is older")
    return "; ".join(parts)
