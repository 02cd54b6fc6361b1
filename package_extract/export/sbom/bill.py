"""What both forms of a bill have in common: who wrote it and when, what it is called, and licenses."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from package_extract.document.inventory import records_of
from package_extract.export.sbom.components import components
from package_extract.export.sbom.package_url import package_url
from package_extract.export.sbom.relations import dependencies
from package_extract.export.start_time import start_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.export.sbom.components import Component

__all__ = ["Bill", "bill_of", "license_expression"]

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "package-extract")


class Bill(NamedTuple):
    """A bill of materials in no form yet."""

    image: dict[str, Any]
    release: dict[str, Any]
    """The section `os_release`; empty if there is none."""
    tool_version: str
    created: str
    """When the image was read, RFC 3339 UTC in whole seconds."""
    identity: uuid.UUID
    """The same for the same image, tool and findings."""
    image_url: str | None
    """The package URL of the image; only an image of a registry has one."""
    components: list[Component]
    dependencies: dict[str, list[str]]


def bill_of(document: Mapping[str, Any]) -> Bill:
    """The bill of a document. Raises `InvalidDocument` if its times are none."""
    image, run, results = document["image"], document["run"], document["results"]
    found = components(document)
    interpreters = records_of(results.get("python_interpreters"), "interpreters")
    version = str(run["tool_version"])
    return Bill(
        image=image,
        release=results.get("os_release") or {},
        tool_version=version,
        created=f"{start_time(document):%Y-%m-%dT%H:%M:%SZ}",
        identity=_identity(image, version, found),
        image_url=_image_url(image),
        components=found,
        dependencies=dependencies(found, interpreters),
    )


def license_expression(text: str | None) -> str | None:
    """The text as an SPDX license expression; None if it is none, or names licenses that only it knows."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    if not text or len(text) > 1000 or "licenseref" in text.lower():
        return None
    try:
        return str(canonicalize_license_expression(text))
    except (InvalidLicenseExpression, RecursionError):
        return None


def _identity(image: Mapping[str, Any], version: str, found: list[Component]) -> uuid.UUID:
    layers = "\n".join(str(layer.get("diff_id")) for layer in image["layers"])
    digest = image.get("digest") or image.get("config_digest") or layers or image["reference"]
    parts = [str(digest), version, *(each.reference for each in found)]
    return uuid.uuid5(_NAMESPACE, "\n".join(parts).encode("utf-8", "backslashreplace").decode())


def _image_url(image: Mapping[str, Any]) -> str | None:
    transport, _, place = image["reference"].partition("://")
    if transport != "docker" or not image.get("digest"):
        return None
    repository = place.partition("@")[0]
    directory, _, last = repository.rpartition("/")
    name, _, tag = last.partition(":")
    architecture = (image.get("platform") or {}).get("architecture")
    qualifiers = {"arch": architecture, "repository_url": f"{directory}/{name}" if directory else None, "tag": tag}
    return package_url("oci", None, name, image["digest"], qualifiers)
