"""A document as a bill of materials in SPDX 2.3 JSON.

https://spdx.github.io/spdx-spec/v2.3/. Files that no package owns are packages whose purpose is FILE: an SPDX file
needs a SHA-1 digest, which a document does not have.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from package_extract.export.sbom.bill import Bill, bill_of, license_expression

if TYPE_CHECKING:
    from collections.abc import Mapping

    from package_extract.export.sbom.components import Component

__all__ = ["spdx"]

_IMAGE, _SYSTEM = "SPDXRef-Image", "SPDXRef-OperatingSystem"
_PURPOSES = {"library": "LIBRARY", "application": "APPLICATION", "file": "FILE"}
_NOT_IN_AN_IDENTIFIER = re.compile(r"[^A-Za-z0-9.-]+")
_NOT_ON_A_LINE = re.compile(r"[\x00-\x1f\x7f]+")


def spdx(document: Mapping[str, Any]) -> dict[str, Any]:
    """The bill as plain data."""
    bill = bill_of(document)
    licenses = _Licenses()
    packages = [_image(bill)]
    if bill.release.get("id"):
        packages.append(_system(bill.release))
    identifiers = {each.reference: _identifier(each) for each in bill.components}
    layers = bill.image["layers"]
    packages += [_package(each, identifiers[each.reference], layers, licenses) for each in bill.components]
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": _line(bill.image["reference"]) or "image",
        "documentNamespace": f"urn:uuid:{bill.identity}",
        "creationInfo": {
            "created": bill.created,
            "creators": [f"Tool: package-extract-{_line(bill.tool_version)}"],
        },
        "packages": packages,
        "hasExtractedLicensingInfos": licenses.extracted(),
        "relationships": _relationships(bill, packages, identifiers),
    }


def _image(bill: Bill) -> dict[str, Any]:
    image = bill.image
    found = _bare(_IMAGE, image["reference"] or "image", image.get("digest") or image.get("config_digest"), "CONTAINER")
    if bill.image_url:
        found["externalRefs"] = [_package_url(bill.image_url)]
    return found


def _system(release: Mapping[str, Any]) -> dict[str, Any]:
    return _bare(_SYSTEM, release["id"], release.get("version_id"), "OPERATING-SYSTEM")


def _bare(identifier: str, name: str, version: str | None, purpose: str) -> dict[str, Any]:
    return {
        "SPDXID": identifier,
        "name": _line(name) or identifier,
        **({"versionInfo": _line(version)} if version else {}),
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "primaryPackagePurpose": purpose,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    }


def _package(each: Component, identifier: str, layers: list[dict[str, Any]], licenses: _Licenses) -> dict[str, Any]:
    record = each.record
    found = _bare(identifier, each.name or each.path or "", each.version, _PURPOSES[each.type])
    found["licenseDeclared"] = licenses.declared(record.get("license"))
    found["sourceInfo"] = _source(each, layers)
    found["downloadLocation"] = each.download_url or "NOASSERTION"
    supplier = _line(record.get("vendor") or record.get("maintainer") or "")
    if supplier:
        found["supplier"] = f"Organization: {supplier}"
    if record.get("summary") or record.get("description"):
        found["summary"] = record.get("summary") or record.get("description")
    if each.hashes:
        found["checksums"] = [
            {"algorithm": algorithm.upper(), "checksumValue": value} for algorithm, value in each.hashes.items()
        ]
    external = [_package_url(each.purl)] if each.purl else []
    if each.cpe:
        external.append({"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": each.cpe})
    if external:
        found["externalRefs"] = external
    return found


def _source(each: Component, layers: list[dict[str, Any]]) -> str:
    parts = [f"section {each.section}"]
    if each.path:
        parts.append(f"path /{each.path}")
    if each.layer is not None and 0 <= each.layer < len(layers):
        layer = layers[each.layer]
        parts.append(f"layer {each.layer} {layer.get('diff_id') or layer.get('digest') or ''}".rstrip())
    if each.environment:
        parts.append(f"environment /{each.environment['prefix']}")
    return _line("; ".join(parts))


def _package_url(purl: str) -> dict[str, str]:
    return {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}


def _relationships(bill: Bill, packages: list[dict[str, Any]], identifiers: Mapping[str, str]) -> list[dict[str, str]]:
    found = [_relation("SPDXRef-DOCUMENT", "DESCRIBES", _IMAGE)]
    found += [_relation(_IMAGE, "CONTAINS", package["SPDXID"]) for package in packages[1:]]
    for each in bill.components:
        own = identifiers[each.reference]
        if each.owner is not None:
            found.append(_relation(identifiers[each.owner], "CONTAINS", own))
        needed = bill.dependencies.get(each.reference, ())
        found += [_relation(own, "DEPENDS_ON", identifiers[other]) for other in needed]
    return found


def _relation(subject: str, kind: str, other: str) -> dict[str, str]:
    return {"spdxElementId": subject, "relationshipType": kind, "relatedSpdxElement": other}


def _identifier(each: Component) -> str:
    name = _NOT_IN_AN_IDENTIFIER.sub("-", each.name)[:80]
    return f"SPDXRef-{each.type}-{name}-{_digest(each.reference)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _line(text: str) -> str:
    return _NOT_ON_A_LINE.sub(" ", text).strip()


class _Licenses:
    """License texts that are no SPDX expressions, each given a name of its own."""

    def __init__(self) -> None:
        self._declared: dict[str, str] = {}

    def declared(self, text: str | None) -> str:
        """The expression that stands for a license as a package states it."""
        if not text or not text.strip():
            return "NOASSERTION"
        if text not in self._declared:
            self._declared[text] = license_expression(text) or f"LicenseRef-{_digest(text)}"
        return self._declared[text]

    def extracted(self) -> list[dict[str, str]]:
        """What the given names stand for."""
        given = {name: text for text, name in self._declared.items() if name.startswith("LicenseRef-")}
        return [{"licenseId": name, "extractedText": text, "name": _line(text)} for name, text in sorted(given.items())]
