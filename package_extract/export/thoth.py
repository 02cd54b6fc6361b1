"""The document in the form of Thoth's package-extract, for its graph database, its adviser and its API.

https://github.com/thoth-station/package-extract: {"metadata": …, "result": …}. Every key of its `result` is there, in
its shape and with its types. Where Thoth was wrong this is right: files that a later layer deleted are not reported,
`dist-packages` count, links stay inside of the image, alternatives of a Debian dependency are told apart, and no
credentials are kept. `python-files`, the digests of all Python sources, is empty: this tool does not hash them.
"""

from __future__ import annotations

import hashlib
import re
import sys
from typing import TYPE_CHECKING, Any

from package_extract.export.start_time import start_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["thoth_document"]

ANALYZER = "thoth-package-extract"
_RELATION = re.compile(r"\s*([^\s(:]+)(?::\S+)?\s*(?:\(([^)]*)\))?\s*")


def thoth_document(document: Mapping[str, Any], metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document in Thoth's form.

    `metadata` is what Thoth's jobs give to be kept beside the result: `origin`, `environment_type`, `is_external`.
    """
    return {"metadata": _metadata(document, metadata or {}), "result": _result(document)}


def _metadata(document: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    image, run = document["image"], document["run"]
    started = start_time(document)
    identity = hashlib.sha256(str(image.get("digest") or image["reference"]).encode("utf-8", "replace"))
    version = sys.version_info
    keys = ("environment_type", "is_external", "origin")
    return {
        "analyzer": ANALYZER,
        "analyzer_version": run["tool_version"],
        "arguments": {
            "extract-image": {"image": image["reference"]},
            ANALYZER: {"metadata": {**dict.fromkeys(keys), **given}},
        },
        "datetime": started.isoformat(),
        "distribution": {},
        "document_id": f"package-extract-{started:%y%m%d%H%M%S}-{identity.hexdigest()[:16]}",
        "duration": round(run["duration_seconds"]),
        "hostname": None,
        "os": {},
        "python": {
            "api_version": sys.api_version,
            "implementation_name": sys.implementation.name,
            "major": version.major,
            "micro": version.micro,
            "minor": version.minor,
            "releaselevel": version.releaselevel,
            "serial": version.serial,
        },
        "thoth_deployment_name": None,
        "timestamp": int(started.timestamp()),
    }


def _result(document: Mapping[str, Any]) -> dict[str, Any]:
    image, results = document["image"], document["results"]
    rpm = _packages(results, "rpm")
    deb = [package for package in _packages(results, "dpkg") if package["installed"]]
    names = {package["name"] for package in deb}
    aicoe_ci = (results.get("build_inputs") or {}).get("aicoe_ci") or {}
    return {
        "aicoe-ci": {key: aicoe_ci.get(key) for key in ("requirements", "requirements_lock")},
        "cuda-version": _cuda(results.get("cuda") or {}),
        "deb": [
            {"name": package["name"], "version": package["version"], "arch": package.get("architecture")}
            for package in deb
        ],
        "deb-dependencies": [_deb(package, names) for package in deb],
        "image_size": image.get("compressed_size"),
        "layers": [_layer(layer) for layer in image["layers"]],
        "operating-system": {
            key.lower(): value for key, value in ((results.get("os_release") or {}).get("fields") or {}).items()
        },
        "python-files": [],
        "python-interpreters": _interpreters(results.get("python_interpreters") or {}),
        "python-packages": _python_packages(results.get("python_packages") or {}),
        "rpm": [_nvra(package) for package in rpm],
        "rpm-dependencies": [_rpm(package) for package in rpm if package["arch"]],
        "skopeo-inspect": _inspect(image),
        "system-symbols": {
            f"/{library['path']}": library["defines"]
            for library in (results.get("abi") or {}).get("libraries", ())
            if library["in_search_path"] and library["defines"]
        },
    }


def _packages(results: Mapping[str, Any], section: str) -> list[dict[str, Any]]:
    return (results.get(section) or {}).get("packages") or []


def _layer(layer: Mapping[str, Any]) -> str:
    """The digest without its algorithm."""
    return str(layer.get("digest") or layer.get("diff_id") or "").rpartition(":")[2]


def _nvra(package: Mapping[str, Any], epoch: str = "") -> str:
    """As `rpm -qa` prints it; keys have no architecture."""
    arch = f".{package['arch']}" if package["arch"] else ""
    return f"{package['name']}-{epoch}{package['version']}-{package['release']}{arch}"


def _rpm(package: Mapping[str, Any]) -> dict[str, Any]:
    epoch = str(package["epoch"]) if package["epoch"] else None
    return {
        "name": package["name"],
        "version": package["version"],
        "release": package["release"],
        "epoch": epoch,
        "arch": package["arch"],
        "src": package["arch"] == "src",
        "dependencies": [*dict.fromkeys(package["requires"])],
        "package_identifier": _nvra(package, f"{epoch}:" if epoch else ""),
    }


def _deb(package: Mapping[str, Any], installed: set[str]) -> dict[str, Any]:
    epoch, colon, version = package["version"].partition(":")
    return {
        "name": package["name"],
        "version": version if colon else package["version"],
        "epoch": epoch if colon else None,
        "arch": package.get("architecture"),
        "pre-depends": _relations(package["pre_depends"], installed),
        "depends": _relations(package["depends"], installed),
        "replaces": _relations(package["replaces"], installed),
    }


def _relations(texts: list[str], installed: set[str]) -> list[dict[str, Any]]:
    """Names with the versions asked for (deb-control(5)); of alternatives the one that is installed, or the first."""
    found = []
    for text in texts:
        alternatives = [match for part in text.split("|") if (match := _RELATION.fullmatch(part))]
        chosen = next((match for match in alternatives if match[1] in installed), None)
        chosen = chosen or next(iter(alternatives), None)
        if chosen:
            found.append({"name": chosen[1], "version": chosen[2]})
    return found


def _interpreters(section: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every path of every interpreter, and where it leads."""
    targets: dict[str, tuple[str, str | None]] = {}
    for row in section.get("interpreters", ()):
        for path in row["aliases"]:
            targets[path] = row["path"], row["version"]
    for row in section.get("interpreters", ()):
        targets[row["path"]] = row.get("base") or row["path"], row["version"]
    return [
        {"path": f"/{path}", "link": f"/{target}", "version": f"Python {version}" if version else None}
        for path, (target, version) in sorted(targets.items())
    ]


def _python_packages(section: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = [row for environment in section.get("environments", ()) for row in environment["packages"]]
    names = {row["metadata_path"]: (row["normalized_name"], row["location"]) for row in rows}
    found = [
        {"package_name": row["name"], "package_version": row["version"], "location": f"/{row['location']}"}
        for row in rows
        if row["metadata_kind"] != "conda" and _is_listed(row, names)
    ]
    return sorted(found, key=lambda row: (row["location"], row["package_name"].lower()))


def _is_listed(row: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> bool:
    """What pip finds in the directory: not what a vendored copy or older metadata beside it tells."""
    if row["shadowed_by"] is None:
        return True
    name, location = names.get(row["shadowed_by"], ("", ""))
    return bool(name == row["normalized_name"] and location != row["location"])


def _cuda(section: Mapping[str, Any]) -> dict[str, str]:
    """Of the installation at /usr/local/cuda, or else the first. Both values come from the same kinds of sources."""
    toolkits = section.get("toolkits") or []
    usual = [row for row in toolkits if (row["path"] or "").startswith("usr/local/cuda")]
    for toolkit in (usual or toolkits)[:1]:
        told = {item["source"]: item["version"] for item in reversed(toolkit["evidence"]) if item["version"]}
        nvcc, text = told.get("nvcc"), told.get("version.txt")
        if nvcc:
            return {"nvcc_version": nvcc, **({"/usr/local/cuda/version.txt": text} if text == nvcc else {})}
        if toolkit["version"]:
            return {"/usr/local/cuda/version.txt": text or toolkit["version"]}
    return {}


def _inspect(image: Mapping[str, Any]) -> dict[str, Any]:
    """What `skopeo inspect` prints."""
    platform = image.get("platform") or {}
    return {
        "Name": _repository(image),
        "Digest": image.get("digest") or "",
        "RepoTags": image["repo_tags"],
        "Created": image.get("created"),
        "DockerVersion": "",
        "Labels": image["labels"] or None,
        "Architecture": platform.get("architecture") or "",
        "Os": platform.get("os") or "",
        "Layers": [layer.get("digest") or layer.get("diff_id") for layer in image["layers"]],
        "LayersData": [*_layers_data(image)],
        "Env": [f"{name}={value}" for name, value in image["env"].items()],
    }


def _layers_data(image: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for layer in image["layers"]:
        yield {
            "MIMEType": layer.get("media_type"),
            "Digest": layer.get("digest") or layer.get("diff_id"),
            "Size": layer.get("compressed_size"),
            "Annotations": None,
        }


def _repository(image: Mapping[str, Any]) -> str:
    """The image's name without tag and digest; empty where neither the reference nor the archive tells one."""
    reference = str(image["reference"])
    names = [*image["repo_tags"], reference[9:] if reference.startswith("docker://") else ""]
    name = next(filter(None, names), "").partition("@")[0]
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"
