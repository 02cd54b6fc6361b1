"""Whether a rule means a package: by name, version, index and whether it is for development only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.resolver.masks import positions, specifier_mask, specifier_names_prerelease
from package_extract.resolver.rules.specifiers import contains

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.resolver.masks import VersionSequence
    from package_extract.resolver.rules.environment import Mode

__all__ = ["Chosen", "all_match", "index_matches", "matches", "together", "version_mask"]

_FILES = "https://files.pythonhosted.org"
_OTHERS = frozenset({"test.pypi.org"})


class Chosen(NamedTuple):
    """A package of a solution."""

    version: str
    origin: str | None = None
    """The index it comes from; None if that is not known, as for what is in the image already."""


def matches(wanted: Mapping[str, Any], name: str, chosen: Chosen, mode: Mode) -> bool:
    """Whether `package_version` or an entry of `resolved_dependencies` means a chosen package."""
    if wanted.get("name", name) != name or wanted.get("develop", False):
        return False
    if "index_url" in wanted and not (chosen.origin and index_matches(wanted["index_url"], chosen.origin, mode)):
        return False
    return "version" not in wanted or contains(wanted["version"], chosen.version)


def all_match(wanted: Iterable[Mapping[str, Any]], chosen: Mapping[str, Chosen], mode: Mode) -> bool:
    """Whether all of some packages are among those chosen."""
    return all(each["name"] in chosen and matches(each, each["name"], chosen[each["name"]], mode) for each in wanted)


def together(wanted: Iterable[Mapping[str, Any]], chosen: Mapping[str, Chosen], mode: Mode) -> list[str] | None:
    """A chosen package for each of those wanted, by name; None if one has none.

    What is wanted without a name is any package that is not taken for another one.
    """
    found: list[str] = []
    for each in sorted(wanted, key=lambda one: "name" not in one):
        candidates = [each["name"]] if "name" in each else [name for name in chosen if name not in found]
        name = next((name for name in candidates if name in chosen and matches(each, name, chosen[name], mode)), None)
        if name is None:
            return None
        found.append(name)
    return found


def index_matches(wanted: Any, index: str, mode: Mode) -> bool:
    """Whether an index is the one that is meant, or with `not` is not the one that is named."""
    negated = isinstance(wanted, dict)
    named = wanted["not"] if negated else wanted
    same = named == index if mode == "strict" else _plain(named) == _plain(index)
    return same is not negated


def _plain(address: str) -> str:
    """Without a trailing slash; PyPI under its old name, and mirrors that are called after it, are PyPI.

    >>> _plain("https://proxy.example/pypi-remote/simple/"), _plain("https://proxy.example/torch/simple/")
    ('pypi', 'https://proxy.example/torch/simple')
    """
    address = address.rstrip("/")
    name = address.removesuffix("simple").rstrip("/+").rpartition("/")[2].lower()
    return "pypi" if address == _FILES or ("pypi" in name and name not in _OTHERS) else address


def version_mask(wanted: Mapping[str, Any], versions: VersionSequence, *, prereleases: bool) -> int:
    """The versions that are meant; pre-releases only with `prereleases`, or if the specifier names one."""
    specifier = wanted.get("version", "")
    mask = specifier_mask(specifier, versions) if specifier else (1 << len(versions)) - 1
    if specifier and not prereleases and not specifier_names_prerelease(specifier):
        for position in positions(mask):
            if versions.version(position).is_prerelease:
                mask &= ~(1 << position)
    return mask
