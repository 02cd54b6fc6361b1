"""Which component needs which, as far as the document tells beyond doubt.

A dependency counts if exactly one component can meet it: a package of that name before those that stand for it
(`Provides`), of several architectures the same one. Versions are not compared: what is installed is what is there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from package_extract.export.sbom.components import Component

__all__ = ["dependencies"]

_DEB_NAME = re.compile(r"[^\s(:,|=]+")
_APK_NAME = re.compile(r"[^\s<>=~]+")
_PYTHON_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_ARCHITECTURE_FREE = ("all", "noarch", None)
Capabilities = dict[str, list["Component"]]


def dependencies(found: Iterable[Component], interpreters: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """Reference of each component that needs others -> their references, sorted."""
    sections: dict[str, list[Component]] = {}
    for each in found:
        sections.setdefault(each.section, []).append(each)
    needed: dict[str, set[str]] = {}
    for section, wants, gives in (
        ("rpm", _rpm_requires, _rpm_provides),
        ("dpkg", _deb_depends, _deb_provides),
        ("apk", _apk_depends, _apk_provides),
    ):
        _system(sections.get(section, ()), wants, gives, needed)
    _python(sections.get("python_packages", ()), interpreters, needed)
    return {reference: sorted(others) for reference, others in needed.items() if others}


def _system(
    packages: Iterable[Component],
    wants: Callable[[Component], Iterable[list[str]]],
    gives: Callable[[Component], Iterable[str]],
    needed: dict[str, set[str]],
) -> None:
    """`wants` yields the alternatives of each dependency, best first; `gives` what a package stands for."""
    named: Capabilities = {}
    provided: Capabilities = {}
    for package in packages:
        named.setdefault(package.name, []).append(package)
        for capability in {*gives(package)}:
            provided.setdefault(capability, []).append(package)
    for package in packages:
        for alternatives in wants(package):
            candidates = next((them for name in alternatives if (them := named.get(name) or provided.get(name))), [])
            other = _the_one(candidates, package)
            if other is not None and other != package.reference:
                needed.setdefault(package.reference, set()).add(other)


def _the_one(candidates: list[Component], package: Component) -> str | None:
    if len(candidates) > 1:
        fitting = (_architecture(package), *_ARCHITECTURE_FREE)
        candidates = [each for each in candidates if _architecture(each) in fitting]
    return candidates[0].reference if len(candidates) == 1 else None


def _architecture(package: Component) -> str | None:
    return package.record.get("architecture") or package.record.get("arch")


def _rpm_requires(package: Component) -> Iterator[list[str]]:
    for text in package.record["requires"]:
        if not text.startswith(("(", "rpmlib(")):
            yield [text.partition(" ")[0]]


def _rpm_provides(package: Component) -> Iterator[str]:
    return (text.partition(" ")[0] for text in package.record["provides"])


def _deb_depends(package: Component) -> Iterator[list[str]]:
    for text in (*package.record["pre_depends"], *package.record["depends"]):
        yield [match[0] for part in text.split("|") if (match := _DEB_NAME.search(part))]


def _deb_provides(package: Component) -> Iterator[str]:
    return (match[0] for text in package.record["provides"] if (match := _DEB_NAME.search(text)))


def _apk_depends(package: Component) -> Iterator[list[str]]:
    for text in package.record["depends"]:
        match = _APK_NAME.match(text)
        if match and not text.startswith("!"):
            yield [match[0]]


def _apk_provides(package: Component) -> Iterator[str]:
    return (match[0] for text in package.record["provides"] if (match := _APK_NAME.match(text)))


def _python(packages: Iterable[Component], interpreters: Iterable[dict[str, Any]], needed: dict[str, set[str]]) -> None:
    """Requires-Dist within an environment, or else in another one of the same interpreter; extras are not known."""
    from package_extract.formats.python_names import normalize_name

    markers = _Markers(interpreters)
    environments: dict[tuple[str, str | None], dict[str, str]] = {}
    interpreted: dict[str | None, dict[str, str]] = {None: {}}
    for package in packages:
        if package.record["shadowed_by"] is None and package.record["metadata_kind"] != "conda":
            name, prefix, interpreter = package.record["normalized_name"], *_place(package)
            environments.setdefault((prefix, interpreter), {}).setdefault(name, package.reference)
            if interpreter is not None:
                interpreted.setdefault(interpreter, {}).setdefault(name, package.reference)
    for package in packages:
        prefix, interpreter = _place(package)
        own, other = environments.get((prefix, interpreter), {}), interpreted.get(interpreter, {})
        for text in package.record["requires_dist"]:
            match = _PYTHON_NAME.match(text)
            if match and markers.apply(text.partition(";")[2].strip(), interpreter):
                name = normalize_name(match[1])
                reference = own.get(name) or other.get(name)
                if reference is not None and reference != package.reference:
                    needed.setdefault(package.reference, set()).add(reference)


def _place(package: Component) -> tuple[str, str | None]:
    return package.environment["prefix"], package.environment["interpreter"]


class _Markers:
    """Whether the markers of requirements hold, each evaluated once for an interpreter."""

    def __init__(self, interpreters: Iterable[dict[str, Any]]) -> None:
        self._environments = {each["path"]: each.get("marker_environment") for each in interpreters}
        self._known: dict[tuple[str, str | None], bool] = {}

    def apply(self, marker: str, interpreter: str | None) -> bool:
        """No marker always holds; one that cannot be judged never."""
        if not marker:
            return True
        key = marker, interpreter
        if key not in self._known:
            self._known[key] = self._evaluated(marker, self._environments.get(interpreter or ""))
        return self._known[key]

    @staticmethod
    def _evaluated(marker: str, environment: dict[str, str] | None) -> bool:
        from packaging.markers import Marker

        if environment is None or len(marker) > 1000:
            return False
        try:
            return Marker(marker).evaluate({**environment, "extra": ""})
        except (ValueError, KeyError, RecursionError):
            return False
