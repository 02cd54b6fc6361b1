"""Rules that tell what a scanner once found in one image.

Collections hold thousands of them, made by programs and not renewed. They are true of the very tag or digest that they
name, and are told as what they are: data of the day on which the rule was written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from package_extract.resolver.rules.base_images import matches_name, parse_image_name

if TYPE_CHECKING:
    from package_extract.resolver.rules.environment import Environment
    from package_extract.resolver.rules.unit import Unit

__all__ = ["STALE", "is_image_finding", "why_not_this_image"]

STALE = "stale data: found when the rule was written; scan the image for what is known today"
_FINDING = re.compile(
    r"\b(?:CVE-\d{4}-\d+|GHSA(?:-\w{4}){3}|(?:RHSA|RHBA|RHEA|ELSA|ALAS\w*|USN|DSA|DLA)-\d+|vulnerab)", re.IGNORECASE
)


def is_image_finding(unit: Unit) -> bool:
    """Whether a unit about no package speaks of vulnerabilities of images that it names."""
    images = (unit.should_include.get("runtime_environments") or {}).get("base_images")
    if not isinstance(images, list) or unit.packages() != {""}:
        return False
    said = [str(unit.run.get("not_acceptable", "")), *(text["message"] for text in unit.texts())]
    return any(map(_FINDING.search, said))


def why_not_this_image(unit: Unit, environment: Environment) -> str | None:
    """Why a finding is of another image; None if a tag or digest in use is the one that it names."""
    names = [parse_image_name(image) for image in environment.images]
    for entry in filter(None, unit.should_include["runtime_environments"]["base_images"]):
        if any((name.tag or name.digest) and matches_name(name, entry) for name in names):
            return None
    return "base_images: found in one tag, and the tag of the image is not known"
