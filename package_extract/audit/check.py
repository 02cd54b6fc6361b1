"""The whole audit: every family of findings over one document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from package_extract.audit.finding import SEVERITIES, Finding, finding
from package_extract.audit.installed import installations, unseen
from package_extract.audit.libraries import libraries
from package_extract.audit.packages import lock_files, overwritten, shadowed
from package_extract.audit.requirements import requirements
from package_extract.audit.wheel_tags import wheel_tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["FAILING", "KINDS", "check", "failing"]

KINDS = (
    "conflicting-requirement",
    "cuda-conflict",
    "driver-library",
    "duplicate-package",
    "invalid-metadata",
    "lock-differs",
    "missing-library",
    "missing-requirement",
    "missing-symbol-version",
    "not-checked",
    "overwritten-package",
    "shadowed-package",
    "unsupported-python",
    "unsupported-wheel",
)
"""Every kind of finding."""

FAILING = ("error",)
"""What a check fails on unless it is told otherwise."""


def check(document: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that is broken, or may be, in the shape of `document.findings.Findings`."""
    image = document["image"]
    found = sorted(_findings(document["results"]), key=_order)
    return {
        "schema_version": "1",
        "image": {"reference": image["reference"], "digest": image.get("digest")},
        "findings": found,
    }


def failing(findings: Iterable[Finding], fail_on: Iterable[str] = FAILING) -> list[Finding]:
    """The findings that `fail_on` means: its items are kinds, or severities, which mean the graver ones too."""
    meant = {*fail_on}
    for severity in SEVERITIES:
        if severity in meant:
            meant.update(SEVERITIES[: SEVERITIES.index(severity)])
    return [one for one in findings if one["severity"] in meant or one["kind"] in meant]


def _findings(results: Mapping[str, Any]) -> Iterator[Finding]:
    installed = installations(results)
    for one in installed:
        if one.interpreter["marker_environment"]:
            yield from requirements(one)
            yield from wheel_tags(one)
        else:
            path = one.interpreter["path"]
            message = f"the version of /{path} is not known, so what its packages require was not checked"
            yield finding("not-checked", "info", message, interpreter=path, environment=one.interpreter["prefix"])
    for prefix, count in unseen(results, installed):
        packages = "package requires" if count == 1 else "packages require"
        message = f"no interpreter of the image reads /{prefix}; what its {count} {packages} was not checked"
        yield finding("not-checked", "info", message, environment=prefix)
    yield from libraries(results)
    for conflict in (results.get("cuda") or {}).get("conflicts", ()):
        paths = conflict["paths"]
        yield finding("cuda-conflict", "warning", conflict["message"], path=paths[0] if paths else None)
    yield from overwritten(results)
    yield from shadowed(results)
    yield from lock_files(results)


def _order(one: Finding) -> tuple[int, str, str, str, str, str]:
    return (
        SEVERITIES.index(one["severity"]),
        one["kind"],
        one["environment"] or "",
        one["interpreter"] or "",
        one["message"],
        one["path"] or "",
    )
