"""Which facts about an image made a rule count, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.resolver.rules.package_aliases import name_for
from package_extract.resolver.rules.texts import lacking_packages, package_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from package_extract.resolver.rules.environment import Environment
    from package_extract.resolver.rules.unit import Unit

__all__ = ["evidence"]


def evidence(unit: Unit, environment: Environment) -> list[str]:
    """One short sentence for each condition on the image; none for a unit that counts everywhere."""
    surroundings = unit.should_include.get("runtime_environments") or {}
    if not environment.image_given:
        return []
    return [sentence for key, wanted in surroundings.items() for sentence in _sentences(key, wanted, environment)]


def _sentences(key: str, wanted: Any, environment: Environment) -> Iterator[str]:
    if key == "operating_systems" and environment.system:
        yield f"the operating system is {' '.join(filter(None, environment.system))}"
    elif key.endswith("_version"):
        version = getattr(environment, key)
        yield f"{key.removesuffix('_version')} is {version or 'not there'}"
    elif key == "platforms":
        yield f"the platform is {environment.platform}"
    elif key == "base_images":
        names = [name for name in environment.images if not name.startswith("@")]
        yield f"the image is {names[0]}" if names else "the image has no name"
    elif key == "rpm_packages":
        kind = package_kind(environment)
        if isinstance(wanted, dict):
            lacking = lacking_packages(wanted["not"], environment)
            yield f"{', '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not in the image"
        else:
            yield f"{', '.join(name_for(entry['package_name'], kind) for entry in wanted)} is in the image"
    elif key == "python_packages":
        yield from _pythons(wanted, environment)
    elif key == "abi":
        negated = isinstance(wanted, dict)
        yield f"the image {'lacks' if negated else 'has'} {', '.join(wanted['not'] if negated else wanted)}"
    elif key == "hardware":
        yield "the hardware is as described"


def _pythons(wanted: Any, environment: Environment) -> Iterator[str]:
    if isinstance(wanted, dict):
        yield f"{', '.join(entry['name'] for entry in wanted['not'])} is not in the image"
        return
    for entry in wanted:
        for package in environment.python_by_name.get(entry["name"], ())[:1]:
            yield f"the image has {package.name} {package.version} in {package.location}"
