"""A build log from its first byte to its last, once, in bounded memory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from package_extract.buildlog.apt import Apt
from package_extract.buildlog.dnf import Dnf
from package_extract.buildlog.findings import Findings, shortened
from package_extract.buildlog.images import Images
from package_extract.buildlog.lines import read_lines
from package_extract.buildlog.pip import Pip
from package_extract.buildlog.pipfile_tools import PipfileTools
from package_extract.buildlog.uv import Uv
from package_extract.formats.python_names import normalize_name

if TYPE_CHECKING:
    from typing import BinaryIO, Protocol

    from package_extract.buildlog.lines import Line, Step

    class _Reader(Protocol):
        def read(self, line: Line) -> bool: ...


__all__ = ["read_build_log"]

_STEP_FAILED = re.compile(r"ERROR: (.+)|(CANCELED)")
_BUILD_FAILED = re.compile(r"(?:Error|ERROR|error): ((?:building at STEP|failed to solve|build error).*)", re.DOTALL)


def read_build_log(file: BinaryIO) -> dict[str, Any]:
    """What the log says, as plain data in the form that `docs/build-logs.md` describes."""
    findings = Findings()
    about: dict[str, Any] = {
        "s2i_builder_image": None,
        "push_successful": False,
        "thamos_version": None,
        "provenance_check_run": False,
        "adviser_run": False,
        "pipfile_lock": None,
        "thoth_config": None,
    }
    steps: dict[int, dict[str, Any]] = {}
    readers: dict[int, tuple[_Reader, ...]] = {}
    images = Images(findings, about)
    lines = 0
    for line in read_lines(file):
        lines = line.number
        step = line.step
        if step.index not in readers:
            steps[step.index] = {"stream": step.stream or None, "title": None, "failed": False, "message": None}
            readers[step.index] = _readers(findings, about)
        if step.title and steps[step.index]["title"] is None:
            steps[step.index]["title"] = shortened(step.title)
        if _builder(line, step, steps, findings) or images.read(line) or line.from_builder:
            continue
        any(reader.read(line) for reader in readers[step.index])
    return {
        "schema_version": "1",
        "lines": lines,
        "steps": [steps[index] for index in sorted(steps)],
        "packages": findings.packages,
        "installation_successful": not _failed(findings),
        "failed": _failed(findings),
        "recovered": _recovered(findings),
        "errors": findings.errors,
        "indexes": [*findings.indexes],
        "images": [*findings.images.values()],
        "s2i": about,
        "left_out": findings.left_out,
    }


def _readers(findings: Findings, about: dict[str, Any]) -> tuple[_Reader, ...]:
    """Those with the most telling lines first; pip last, whose errors are the plainest."""
    return (PipfileTools(findings, about), Uv(findings), Apt(findings), Dnf(findings), Pip(findings))


def _builder(line: Line, step: Step, steps: dict[int, dict[str, Any]], findings: Findings) -> bool:
    """What the builder says of a step that failed."""
    match = _STEP_FAILED.fullmatch(line.text) if line.from_builder else _BUILD_FAILED.fullmatch(line.text)
    if match is None:
        return False
    message = shortened(match[0])
    steps[step.index].update(failed=True, message=message)
    findings.error(line, "builder", message)
    return True


def _names(findings: Findings, *statuses: str) -> dict[tuple[str, str], str]:
    rows = (row for row in findings.packages if row["status"] in statuses)
    return {(row["kind"], normalize_name(row["name"])): row["name"] for row in rows}


def _failed(findings: Findings) -> list[str]:
    """Names of what failed and was not installed after all."""
    installed = _names(findings, "installed", "already_satisfied")
    return sorted({name for key, name in _names(findings, "failed").items() if key not in installed})


def _recovered(findings: Findings) -> list[str]:
    installed = _names(findings, "installed")
    return sorted({name for key, name in _names(findings, "failed").items() if key in installed})
