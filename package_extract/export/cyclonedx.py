"""A document as a bill of materials in CycloneDX 1.6 JSON.

https://cyclonedx.org/docs/1.6/json/. Scanners take the distribution from the component of type `operating-system`, and
what to look for from the package URLs. What CycloneDX has no field for are properties named `package-extract:…`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.export.sbom.bill import Bill, bill_of, license_expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from package_extract.export.sbom.components import Component

__all__ = ["cyclonedx"]

_ALGORITHMS = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}
_LONGEST_VERSION = 1024
_IMAGE, _SYSTEM = "image", "operating-system"


def cyclonedx(document: Mapping[str, Any]) -> dict[str, Any]:
    """The bill as plain data."""
    bill = bill_of(document)
    layers = bill.image["layers"]
    parts = [_system(bill.release)] if bill.release.get("id") else []
    parts += [_component(each, layers) for each in bill.components]
    everything = {"ref": _IMAGE, "dependsOn": sorted(part["bom-ref"] for part in parts)}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{bill.identity}",
        "version": 1,
        "metadata": {
            "timestamp": bill.created,
            "tools": {"components": [{"type": "application", "name": "package-extract", "version": bill.tool_version}]},
            "component": _image(bill),
        },
        "components": parts,
        "dependencies": [
            everything,
            *({"ref": part["bom-ref"], "dependsOn": bill.dependencies.get(part["bom-ref"], [])} for part in parts),
        ],
    }


def _image(bill: Bill) -> dict[str, Any]:
    image = bill.image
    keys = ("digest", "index_digest", "config_digest")
    properties = [(key.replace("_", "-"), image.get(key)) for key in keys]
    properties += [("layer", layer.get("diff_id") or layer.get("digest")) for layer in image["layers"]]
    properties += [(f"label:{key}", value) for key, value in sorted(image["labels"].items())]
    version = image.get("digest") or image.get("config_digest")
    return {
        "type": "container",
        "bom-ref": _IMAGE,
        "name": image["reference"],
        **({"version": version[:_LONGEST_VERSION]} if version else {}),
        **({"purl": bill.image_url} if bill.image_url else {}),
        **_properties(properties),
    }


def _system(release: Mapping[str, Any]) -> dict[str, Any]:
    version, description = release.get("version_id"), release.get("pretty_name")
    return {
        "type": "operating-system",
        "bom-ref": _SYSTEM,
        "name": release["id"],
        **({"version": version[:_LONGEST_VERSION]} if version else {}),
        **({"description": description} if description else {}),
    }


def _component(each: Component, layers: list[dict[str, Any]]) -> dict[str, Any]:
    record = each.record
    found: dict[str, Any] = {"type": each.type, "bom-ref": each.reference, "name": each.name}
    supplier = record.get("vendor") or record.get("maintainer")
    optional = {
        "supplier": {"name": supplier} if supplier else None,
        "version": each.version[:_LONGEST_VERSION] if each.version else None,
        "description": record.get("summary") or record.get("description"),
        "hashes": [{"alg": _ALGORITHMS[name], "content": value} for name, value in each.hashes.items()],
        "licenses": _licenses(record.get("license")),
        "cpe": each.cpe,
        "purl": each.purl,
        "externalReferences": [{"type": "distribution", "url": each.download_url}] if each.download_url else None,
        "evidence": _evidence(each),
    }
    found.update((key, value) for key, value in optional.items() if value)
    found.update(_properties(_about(each, layers)))
    return found


def _licenses(text: str | None) -> list[dict[str, Any]] | None:
    if not text:
        return None
    expression = license_expression(text)
    return [{"expression": expression}] if expression else [{"license": {"name": text}}]


def _evidence(each: Component) -> dict[str, Any] | None:
    paths = dict.fromkeys(path for path in (each.path, *each.libraries) if path)
    return {"occurrences": [{"location": f"/{path}"} for path in paths]} if paths else None


def _about(each: Component, layers: list[dict[str, Any]]) -> Iterable[tuple[str, Any]]:
    record = each.record
    known = each.layer is not None and 0 <= each.layer < len(layers)
    layer = layers[each.layer or 0] if known else {}
    yield "section", each.section
    yield "layer:index", each.layer
    yield "layer:diff-id", layer.get("diff_id")
    yield "layer:digest", layer.get("digest")
    yield "owner", each.owner
    if each.environment:
        yield "environment", f"/{each.environment['prefix']}"
        yield "interpreter", each.environment["interpreter"] and f"/{each.environment['interpreter']}"
    yield "installer", record.get("installer")
    yield "shadowed-by", record.get("shadowed_by")
    yield "soabi", record.get("soabi")


def _properties(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found = [{"name": f"package-extract:{name}", "value": str(value)} for name, value in values if value is not None]
    return {"properties": found} if found else {}
