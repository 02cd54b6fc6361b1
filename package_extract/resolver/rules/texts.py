"""What a rule says, as sentences with links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.resolver.rules.image_findings import STALE, is_image_finding
from package_extract.resolver.rules.package_aliases import name_for
from package_extract.resolver.rules.surroundings import has_package
from package_extract.resolver.rules_protocol import Verdict

if TYPE_CHECKING:
    from package_extract.resolver.rules.environment import Environment
    from package_extract.resolver.rules.unit import Unit

__all__ = ["address", "lacking_packages", "package_kind", "system_packages", "verdict"]

_PAGES = "https://thoth-station.ninja/j/{}"
"""Where Project Thoth keeps the pages that short links name."""
_SHORT = re.compile(r"[a-z0-9_-]+")
_KINDS = (
    ("deb", ("debian", "ubuntu")),
    ("apk", ("alpine", "wolfi", "chainguard")),
)


def address(link: str | None) -> str | None:
    """The address of a link, which may be the short name of a page."""
    return _PAGES.format(link) if link and _SHORT.fullmatch(link) else link


def verdict(unit: Unit, environment: Environment) -> Verdict:
    """Why the unit excludes something, and what in the image would change that."""
    texts = list(unit.texts())
    said = next((text["message"] for text in texts), f"the rule {unit.name} says so")
    reason: str = unit.run.get("not_acceptable") or said
    link = next((text["link"] for text in texts if text.get("link")), None)
    lacking = system_packages(unit, environment)
    remedy = f"; install {' '.join(lacking)} in the image" if lacking else ""
    age = f" ({STALE})" if is_image_finding(unit) else ""
    return Verdict(unit.name, reason.strip().rstrip(".") + remedy + age, address(link))


def system_packages(unit: Unit, environment: Environment) -> list[str]:
    """Packages of the operating system that the unit misses, under the names that they have there."""
    packages = (unit.should_include.get("runtime_environments") or {}).get("rpm_packages")
    if not isinstance(packages, dict):
        return []
    return lacking_packages(packages["not"], environment)


def lacking_packages(entries: list[dict[str, Any]], environment: Environment) -> list[str]:
    """Those that the image lacks; all, if what it has does not tell them apart."""
    kind = package_kind(environment)
    lacking = [each for each in entries if not has_package(each, environment, "intent")] or entries
    return [name_for(entry["package_name"], kind) for entry in lacking]


def package_kind(environment: Environment) -> str:
    """`rpm`, `deb` or `apk`: what packages of the image are of."""
    name = environment.system[0] if environment.system else ""
    for kind, names in _KINDS:
        if name in names:
            return kind
    return "deb" if environment.others and not environment.rpms and name not in ("fedora", "rhel") else "rpm"
