"""A document that has one of everything a bill of materials speaks of."""

from __future__ import annotations

from typing import Any

import pytest

DIGEST = "a" * 64


def deb(name: str, version: str = "1.0", **more: Any) -> dict[str, Any]:
    lists: dict[str, list[str]] = {"depends": [], "pre_depends": [], "provides": [], "replaces": []}
    row = {"name": name, "version": version, "architecture": "amd64", "installed": True, "source": name}
    return {**row, "source_version": version, "database": "var/lib/dpkg/status", **lists, **more}


def rpm(name: str, **more: Any) -> dict[str, Any]:
    row = {"name": name, "epoch": None, "version": "1.0", "release": "2.el9", "arch": "x86_64", "license": "MIT"}
    return {**row, "source_rpm": f"{name}-1.0-2.el9.src.rpm", "requires": [], "provides": [], **more}


def apk(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "version": "1-r0", "architecture": "x86_64", "depends": [], "provides": [], **more}


def distribution(name: str, prefix: str = "usr", **more: Any) -> dict[str, Any]:
    location = f"{prefix}/lib/python3.11/site-packages"
    row = {
        "name": name,
        "normalized_name": name.lower().replace("_", "-"),
        "version": "1.0",
        "location": location,
        "metadata_path": f"{location}/{name}-1.0.dist-info",
        "metadata_kind": "dist-info",
        "requires_dist": [],
        "direct_url": None,
        "owner": None,
        "layer": 0,
        "shadowed_by": None,
    }
    return {**row, **more}


def environment(prefix: str, *packages: dict[str, Any], interpreter: str | None = "usr/bin/python3.11") -> Any:
    return {"prefix": prefix, "interpreter": interpreter, "packages": list(packages)}


INTERPRETER = {
    "path": "usr/bin/python3.11",
    "implementation": "cpython",
    "version": "3.11.2",
    "layer": 0,
    "owner": {"type": "deb", "name": "python3.11", "version": "3.11.2"},
    "marker_environment": {"python_version": "3.11", "sys_platform": "linux"},
}


def document(**results: Any) -> dict[str, Any]:
    layer = {"digest": f"sha256:{'1' * 64}", "diff_id": f"sha256:{'2' * 64}"}
    return {
        "image": {
            "reference": "docker://example.org/team/app:v1",
            "digest": f"sha256:{DIGEST}",
            "platform": {"os": "linux", "architecture": "amd64"},
            "labels": {"a": "b"},
            "layers": [layer, layer],
        },
        "results": results,
        "problems": [],
        "run": {"tool_version": "1.2", "started_at": "2024-05-06T07:08:09Z"},
    }


@pytest.fixture
def everything() -> dict[str, Any]:
    name = "<script>alert(1)</script>\x1b[31m\u202e"
    return document(
        os_release={"id": "debian", "version_id": "12", "pretty_name": "Debian GNU/Linux 12"},
        dpkg={
            "packages": [
                deb("libc6", "2.36-9", maintainer="The <b>Maintainers</b>"),
                deb("python3.11", "3.11.2", depends=["libc6 (>= 2.3)"], pre_depends=["no | libc6"]),
                deb("gone", installed=False),
                deb(name, name),
            ]
        },
        rpm={"packages": [rpm("bash", epoch=3, license="GPLv3+ & odd", summary="A shell"), rpm("gpg-pubkey")]},
        apk={"packages": [apk("zlib", license="Zlib", description="z")]},
        python_interpreters={
            "interpreters": [INTERPRETER, {**INTERPRETER, "path": "opt/venv/bin/python", "virtual_environment": True}]
        },
        python_packages={
            "environments": [
                environment(
                    "usr",
                    distribution("requests", requires_dist=["idna<4", 'absent; python_version < "3"']),
                    distribution("idna", owner={"type": "deb", "name": "python3.11", "version": None}),
                    distribution(name, version=None),
                ),
                environment(
                    "opt/venv",
                    distribution(
                        "idna",
                        "opt/venv",
                        direct_url={
                            "url": "https://example.org/idna-1.0.whl",
                            "archive_info": {"hashes": {"sha256": DIGEST, "md5": "no", "rot13": "x"}},
                        },
                    ),
                    distribution("conda_one", "opt/venv", metadata_kind="conda"),
                    interpreter=None,
                ),
            ]
        },
        abi={
            "libraries": [
                {"path": "usr/lib/libc.so.6", "soname": "libc.so.6", "owner": INTERPRETER["owner"], "layer": 0},
                {"path": "opt/libown.so", "soname": None, "owner": None, "layer": 7},
            ]
        },
    )
