"""Documents with just what a check looks at."""

from __future__ import annotations

from typing import Any

import pytest

SITE = "opt/app/lib/python3.12/site-packages"


class Make:
    """Makes parts of documents."""

    site = SITE

    @staticmethod
    def row(name: str, version: str | None = "1.0", *requires: str, **more: Any) -> dict[str, Any]:
        location = more.pop("location", SITE)
        return {
            "name": name,
            "normalized_name": name.lower(),
            "version": version,
            "location": location,
            "metadata_path": f"{location}/{name}-{version}.dist-info",
            "metadata_kind": "dist-info",
            "requires_dist": list(requires),
            "requires_python": None,
            "tags": None,
            "owner": None,
            "shadowed_by": None,
            "overwrites": [],
            **more,
        }

    @staticmethod
    def interpreter(**more: Any) -> dict[str, Any]:
        return {
            "path": "opt/app/bin/python",
            "implementation": "cpython",
            "version": "3.12.4",
            "prefix": "opt/app",
            "sys_path": ["usr/lib/python3.12", SITE],
            "site_dirs": [SITE],
            "marker_environment": {
                "implementation_name": "cpython",
                "implementation_version": "3.12.4",
                "os_name": "posix",
                "platform_machine": "aarch64",
                "platform_python_implementation": "CPython",
                "platform_release": "",
                "platform_system": "Linux",
                "platform_version": "",
                "python_full_version": "3.12.4",
                "python_version": "3.12",
                "sys_platform": "linux",
            },
            "abis": ["cp312"],
            "platforms": ["linux_aarch64", "manylinux_2_17_aarch64"],
            **more,
        }

    @classmethod
    def results(cls, *rows: dict[str, Any], interpreter: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        environment = {"prefix": "opt/app", "interpreter": "opt/app/bin/python", "paths": [SITE], "packages": [*rows]}
        return {
            "python_packages": {"environments": [environment]},
            "python_interpreters": {"interpreters": [interpreter or cls.interpreter()]},
            **more,
        }

    @staticmethod
    def document(results: dict[str, Any]) -> dict[str, Any]:
        return {"image": {"reference": "image.tar", "digest": None}, "results": results}


@pytest.fixture(scope="session")
def make() -> type[Make]:
    return Make


@pytest.fixture(scope="session")
def found() -> Any:
    """(kind, severity, message) of all findings about these results; the whole keeps to its model."""
    from package_extract.audit import check
    from package_extract.document.findings import Findings

    def call(results: dict[str, Any]) -> list[tuple[str, str, str]]:
        findings = check(Make.document(results))
        assert Findings.model_validate(findings, strict=True).model_dump() == findings
        return [(one["kind"], one["severity"], one["message"]) for one in findings["findings"]]

    return call
