"""Generated documents of any size: half of the packages of dpkg, half of Python, and what else large images have."""

from __future__ import annotations

import copy
from typing import Any

__all__ = ["changed", "generated_document"]

SITE = "opt/app/lib/python3.11/site-packages"


def generated_document(packages: int, layers: int = 20) -> dict[str, Any]:
    """A valid document with so many packages and a library for every tenth."""
    dpkg = [_deb(number) for number in range(packages // 2)]
    python = [_distribution(number, layers) for number in range(packages - len(dpkg))]
    environment = {
        "prefix": "opt/app",
        "kind": "virtualenv",
        "interpreter": "usr/bin/python3.11",
        "include_system_site": False,
        "paths": [SITE],
        "packages": python,
    }
    return {
        "schema_version": "1",
        "image": _image(layers),
        "results": {
            "os_release": _os_release(),
            "dpkg": {"packages": dpkg},
            "python_packages": {"environments": [environment]},
            "python_interpreters": {"interpreters": [_interpreter()]},
            "abi": _abi(packages // 10, layers),
        },
        "problems": [_problem(number) for number in range(40)],
        "run": _run(),
    }


def changed(document: dict[str, Any]) -> dict[str, Any]:
    """The document with a tenth of its packages gone and a tenth of another version, and a newer C library."""
    other = copy.deepcopy(document)
    results = other["results"]
    for packages in (
        results["dpkg"]["packages"],
        results["python_packages"]["environments"][0]["packages"],
    ):
        del packages[::10]
        for package in packages[::10]:
            package["version"] += ".1"
    results["abi"]["ceilings"]["GLIBC"] = "2.41"
    interpreter = results["python_interpreters"]["interpreters"][0]
    interpreter["platforms"] = [f"manylinux_2_{number}_x86_64" for number in range(41, 16, -1)]
    return other


def _image(layers: int) -> dict[str, Any]:
    each = {
        "media_type": "application/vnd.oci.image.layer.v1.tar+gzip",
        "compressed_size": 30_000_000,
        "entries": 8_000,
    }
    return {
        "reference": "docker://registry.example/data/science:1",
        "digest": "sha256:" + "1" * 64,
        "platform": {"os": "linux", "architecture": "amd64"},
        "created": "2024-01-01T00:00:00Z",
        "labels": {"org.opencontainers.image.title": "science"},
        "env": {"PATH": "/opt/app/bin:/usr/bin", "LANG": "C.UTF-8"},
        "entrypoint": ["/opt/app/bin/start"],
        "cmd": [],
        "working_dir": "/srv",
        "user": "1001",
        "exposed_ports": ["8080/tcp"],
        "volumes": [],
        "repo_tags": [],
        "shell": [],
        "annotations": {},
        "history": [],
        "layers": [
            {
                **each,
                "digest": f"sha256:{number:064x}",
                "diff_id": f"sha256:{number + 1000:064x}",
                "size": 90_000_000 + number * 7_000_000,
                "entries": 8_000,
                "created_by": f"RUN pip install --no-cache-dir part-{number} && rm -rf /tmp/*",
            }
            for number in range(layers)
        ],
        "compressed_size": 30_000_000 * layers,
        "size": 160_000_000 * layers,
    }


def _os_release() -> dict[str, Any]:
    name = "Debian GNU/Linux 12 (bookworm)"
    return {"id": "debian", "version_id": "12", "name": "Debian GNU/Linux", "pretty_name": name, "id_like": [],
            "fields": {}, "path": "usr/lib/os-release"}  # fmt: skip


def _deb(number: int) -> dict[str, Any]:
    return {
        "name": f"libpart{number}",
        "version": f"1.{number % 90}-2+deb12u{number % 7}",
        "architecture": "amd64",
        "status": "install ok installed",
        "installed": True,
        "source": f"part{number // 3}",
        "source_version": "1",
        "section": "libs",
        "maintainer": "Somebody <somebody@example.org>",
        "installed_size": 1024 * (number % 5000),
        "depends": ["libc6 (>= 2.34)", "libgcc-s1 (>= 3.0)"],
        "pre_depends": [],
        "provides": [],
        "replaces": [],
        "database": "var/lib/dpkg/status",
    }


def _distribution(number: int, layers: int) -> dict[str, Any]:
    name = f"distribution-{number}"
    return {
        "name": name,
        "normalized_name": name,
        "version": f"{number % 9}.{number % 40}.0",
        "location": SITE,
        "metadata_path": f"{SITE}/{name}.dist-info",
        "metadata_kind": "dist-info",
        "installer": "pip",
        "requested": number % 9 == 0,
        "requires_python": ">=3.9",
        "requires_dist": ["numpy>=1.26", "attrs"],
        "provides_extra": [],
        "direct_url": None,
        "editable": False,
        "owner": None,
        "layer": number % layers,
        "top_level": [f"distribution_{number}"],
        "native_libraries": [],
        "shadowed_by": None,
    }


def _interpreter() -> dict[str, Any]:
    platforms = ["linux_x86_64", *(f"manylinux_2_{number}_x86_64" for number in range(36, 16, -1))]
    return {
        "path": "usr/bin/python3.11",
        "aliases": ["usr/bin/python3"],
        "implementation": "cpython",
        "version": "3.11.2",
        "evidence": [],
        "soabi": "cpython-311-x86_64-linux-gnu",
        "ext_suffix": None,
        "multiarch": "x86_64-linux-gnu",
        "debug": False,
        "free_threaded": False,
        "prefix": "usr",
        "stdlib": "usr/lib/python3.11",
        "sys_path": [],
        "site_dirs": ["usr/lib/python3/dist-packages"],
        "externally_managed": True,
        "owner": None,
        "layer": 0,
        "marker_environment": {},
        "abis": ["cp311"],
        "platforms": platforms,
        "libc": {"family": "glibc", "version": "2.36"},
        "architecture": "x86_64",
    }


def _abi(libraries: int, layers: int) -> dict[str, Any]:
    libc = {"family": "glibc", "version": "2.36", "path": "usr/lib/x86_64-linux-gnu/libc.so.6", "evidence": []}
    return {
        "machine": "x86_64",
        "libc": libc,
        "ceilings": {"GLIBC": "2.36", "GLIBCXX": "3.4.30"},
        "missing": [],
        "libraries": [_library(number, layers) for number in range(libraries)],
    }


def _library(number: int, layers: int) -> dict[str, Any]:
    owner = {"type": "deb", "name": f"libpart{number}", "version": "1"}
    return {
        "path": f"usr/lib/x86_64-linux-gnu/libpart{number}.so.{number}",
        "soname": f"libpart{number}.so.{number}",
        "machine": "x86_64",
        "bits": 64,
        "isa_level": None,
        "needed": ["libc.so.6", "libm.so.6"],
        "rpath": [],
        "runpath": [],
        "defines": [f"PART_{each}.0" for each in range(number % 9)],
        "requires": {"libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.34"]},
        "exported_symbols": 100,
        "symbols_digest": None,
        "exported": None,
        "undefined": None,
        "in_search_path": True,
        "owner": owner,
        "layer": number % layers,
    }


def _problem(number: int) -> dict[str, Any]:
    return {"analyzer": "rpm", "code": "corrupt", "severity": "warning", "path": f"srv/file-{number}", "layer": 1,
            "message": "The header is cut off."}  # fmt: skip


def _run() -> dict[str, Any]:
    return {"tool_version": "0", "started_at": "2024-01-01T00:00:00Z", "duration_seconds": 1.0, "analyzers": [],
            "cache": {"hits": 0, "misses": 0}}  # fmt: skip
