"""Requirements that clients send: names, versions, markers and extras (PEP 508), never a file or an address."""

from __future__ import annotations

from packaging.requirements import InvalidRequirement as NotARequirement
from packaging.requirements import Requirement

from package_extract.resolver.errors import InvalidRequirement
from package_extract.resolver.requirements.request import Request, RequestedPackage

__all__ = ["read_requirements"]


def read_requirements(text: str) -> Request:
    """The lines of a requirements.txt without options. Raises `InvalidRequirement` with the line."""
    packages = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].strip()
        if not words:
            continue
        try:
            requirement = Requirement(words)
        except NotARequirement as error:
            raise InvalidRequirement(f"line {number} is no requirement: {str(error).splitlines()[0]}") from None
        if requirement.url is not None:
            raise InvalidRequirement(
                f"line {number}: requirements of a service name no address; write NAME and versions"
            )
        packages.append(RequestedPackage(requirement, f"requirements:{number}"))
    if not packages:
        raise InvalidRequirement("there is no requirement")
    return Request(tuple(packages))
