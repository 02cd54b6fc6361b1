"""The part of a condition that is about the image and the hardware (`runtime_environments`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.formats.python_names import normalize_name
from package_extract.resolver.rules.base_images import matches_exactly, matches_name, parse_image_name
from package_extract.resolver.rules.package_aliases import also_called
from package_extract.resolver.rules.specifiers import contains, parse_specifier, parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from package_extract.resolver.rules.environment import Environment, Mode, SystemPackage

__all__ = ["has_package", "why_not_here"]

_RPM_FIELDS = {"arch": "arch", "release": "release", "package_version": "version"}
_SYMBOL = re.compile(r"([^()\s:]+\.so[^()\s:]*)[:(]([^()\s]+)\)?")
"""A symbol version of one library: "libstdc++.so.6(GLIBCXX_3.4.30)" or with a colon."""


def why_not_here(surroundings: Mapping[str, Any], environment: Environment, mode: Mode) -> str | None:
    """The first key that does not hold, with what is there instead; None if all hold."""
    for key, check in _CHECKS.items():
        if key not in surroundings:
            continue
        reason = check(surroundings[key], environment, mode)
        if reason is not None:
            return f"{key}: {reason}"
        if key == "abi" and mode == "strict":
            return None
    return None


def _operating_systems(wanted: list[dict[str, str]], environment: Environment, mode: Mode) -> str | None:
    if mode == "strict":
        systems = frozenset({environment.system} if environment.system else ())
    else:
        systems = environment.systems
    for entry in wanted:
        for name, version in systems:
            if entry.get("name") in (None, name) and ("version" not in entry or str(entry["version"]) == version):
                return None
    return f"the image has {' '.join(filter(None, environment.system))}" if environment.system else "it is not known"


def _hardware(wanted: Any, environment: Environment, mode: Mode) -> str | None:
    if isinstance(wanted, dict):
        holds = not any(_is_hardware(entry, environment) for entry in wanted["not"])
    else:
        results = [_is_hardware(entry, environment) for entry in wanted]
        holds = all(results) if mode == "strict" else any(results)
    return None if holds else "the hardware is another, or not known"


def _is_hardware(entry: Mapping[str, Any], environment: Environment) -> bool:
    hardware = environment.hardware
    facts = {"cpu_families": hardware.cpu_family, "cpu_models": hardware.cpu_model, "gpu_models": hardware.gpu_model}
    for key, fact in facts.items():
        if key in entry and not _is_in(fact, entry[key]):
            return False
    if "cpu_flags" not in entry:
        return True
    flags = _listed(entry["cpu_flags"])
    if isinstance(flags, dict):
        return hardware.cpu_flags is not None and hardware.cpu_flags.isdisjoint(flags["not"] or ())
    if hardware.cpu_flags is None:
        return None in flags
    return hardware.cpu_flags.issuperset(flag for flag in flags if flag is not None)


def _is_in(fact: Any, condition: Any) -> bool:
    if isinstance(condition, dict):
        return fact not in _listed(condition["not"])
    return fact in _listed(condition)


def _listed(condition: Any) -> Any:
    """A list, where null may stand for one with nothing but null."""
    return [None] if condition is None else condition


def _version(key: str) -> Callable[[Any, Environment, Mode], str | None]:
    def check(wanted: str | None, environment: Environment, mode: Mode) -> str | None:
        version: str | None = getattr(environment, key)
        if wanted is None:
            return None if mode == "strict" or version is None else f"there is {version}"
        if version is None:
            return "there is none, or it is not known"
        holds = contains(wanted, version) if mode == "strict" else _contains_series(wanted, version)
        return None if holds else f"it is {version}"

    return check


def _contains_series(specifier: str, version: str) -> bool:
    """As `contains`, but a clause that names major and minor only is compared with these only."""
    parsed = parse_version(version)
    if parsed is None:
        return False
    series = ".".join(map(str, parsed.release[:2]))
    for clause in parse_specifier(specifier):
        named = parse_version(clause.version.removesuffix(".*"))
        short = named is not None and len(named.release) <= 2
        if not clause.contains(series if short else version, prereleases=True):
            return False
    return True


def _platforms(wanted: Any, environment: Environment, mode: Mode) -> str | None:
    del mode
    return None if _is_in(environment.platform, wanted) else f"it is {environment.platform or 'not known'}"


def _base_images(wanted: Any, environment: Environment, mode: Mode) -> str | None:
    negated = isinstance(wanted, dict)
    entries = wanted["not"] if negated else wanted
    if mode == "strict":
        own = environment.images[:1]
        found = any(matches_exactly(image, entry) for image in own for entry in entries if entry is not None)
        found = found or (None in entries and not own)
    else:
        names = [parse_image_name(image) for image in environment.images]
        found = any(matches_name(name, entry) for entry in entries if entry is not None for name in names)
        found = found or (None in entries and not environment.image_given)
    if found is not negated:
        return None
    return "the image is one of these" if negated else "the image is none of these"


def _abi(wanted: Any, environment: Environment, mode: Mode) -> str | None:
    if not environment.all_symbols:
        return "no symbols are known"
    if isinstance(wanted, dict):
        there = [symbol for symbol in wanted["not"] if _has_symbol(symbol, environment, mode)]
        return f"the image has {there[0]}" if there else None
    lacking = [symbol for symbol in wanted if not _has_symbol(symbol, environment, mode)]
    return f"the image lacks {lacking[0]}" if lacking else None


def _has_symbol(symbol: str, environment: Environment, mode: Mode) -> bool:
    match = _SYMBOL.fullmatch(symbol) if mode == "intent" else None
    if match:
        return match[2] in environment.symbols.get(match[1], ())
    return symbol in environment.all_symbols


def _rpm_packages(wanted: Any, environment: Environment, mode: Mode) -> str | None:
    if not environment.image_given or (mode == "strict" and not environment.rpms):
        return "no such packages are known"
    negated = isinstance(wanted, dict)
    entries = wanted["not"] if negated else wanted
    lacking = [entry["package_name"] for entry in entries if not has_package(entry, environment, mode)]
    if negated:
        return None if lacking else f"the image has {', '.join(entry['package_name'] for entry in entries)}"
    return f"the image lacks {lacking[0]}" if lacking else None


def has_package(entry: Mapping[str, Any], environment: Environment, mode: Mode) -> bool:
    """Whether an entry of `rpm_packages` is in the image; by name alone also under its names elsewhere."""
    name = entry["package_name"]
    if mode == "strict":
        same = [package for package in environment.rpms if package.name == name]
        return bool(same) and _is_package(same[-1], entry)
    names = {name, *also_called(name)}
    if any(package.name in names and _is_package(package, entry) for package in environment.rpms):
        return True
    return len(entry) == 1 and any(package.name in names for package in environment.others)


def _is_package(package: SystemPackage, entry: Mapping[str, Any]) -> bool:
    for key, attribute in _RPM_FIELDS.items():
        if key in entry and entry[key] != getattr(package, attribute):
            return False
    if "epoch" in entry and entry["epoch"] != (None if package.epoch is None else str(package.epoch)):
        return False
    if str(entry.get("src", False)).lower() == "true":  # source packages are never installed
        return False
    return "package_identifier" not in entry or entry["package_identifier"] in package.identifiers()


def _python_packages(wanted: Any, environment: Environment, mode: Mode) -> str | None:
    if not environment.image_given or (mode == "strict" and not environment.pythons):
        return "no Python packages are known"
    if isinstance(wanted, dict):
        there = [entry["name"] for entry in wanted["not"] if _has_python(entry, environment)]
        return f"the image has {there[0]}" if there else None
    lacking = [entry["name"] for entry in wanted if not _has_python(entry, environment)]
    return f"the image lacks such a {lacking[0]}" if lacking else None


def _has_python(entry: Mapping[str, Any], environment: Environment) -> bool:
    return any(
        contains(entry.get("version", ""), package.version)
        and ("location" not in entry or re.fullmatch(entry["location"], package.location))
        for package in environment.python_by_name.get(normalize_name(entry["name"]), ())
    )


_CHECKS: dict[str, Callable[[Any, Environment, Mode], str | None]] = {
    "operating_systems": _operating_systems,
    "hardware": _hardware,
    **{
        key: _version(key)
        for key in (
            *("python_version", "cuda_version", "cudnn_version"),
            *("openblas_version", "openmpi_version", "mkl_version"),
        )
    },
    "platforms": _platforms,
    "base_images": _base_images,
    "abi": _abi,
    "rpm_packages": _rpm_packages,
    "python_packages": _python_packages,
}
"""In the order in which they are evaluated."""
