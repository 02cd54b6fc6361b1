"""What pip prints, from version 9 on (https://pip.pypa.io/en/stable/cli/pip_install/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from package_extract.buildlog.findings import shortened
from package_extract.buildlog.sizes import bytes_of
from package_extract.formats.python_names import normalize_name

if TYPE_CHECKING:
    from package_extract.buildlog.findings import Findings, Row
    from package_extract.buildlog.lines import Line

__all__ = ["Pip"]

_COLLECTING = re.compile(r"Collecting (\S.*?)(?: \(from (.*)\))?")
_SATISFIED = re.compile(
    r"Requirement already (?:satisfied|up-to-date)(?: \(use --upgrade to upgrade\))?: (\S.*?) in (\S+)"
    r"(?: \(from (.*?)\))?(?: \(([^()\s]+)\))?"
)
_FETCHED = re.compile(
    r"\s*(Downloading|Using cached|Processing) (\S+)(?: \(from (.*)\))?(?: \(([\d.,]+ ?\w+)\))?(?: \(from (.*)\))?"
)
_BUILT = re.compile(r"\s*Created wheel for ([\w.-]+): filename=(\S+)(?: size=(\d+))?.*")
_INSTALLED = "Successfully installed "
_URLS = ("git+", "hg+", "svn+", "bzr+", "http:", "https:", "file:")
_INDEXES = "Looking in indexes: "
_REMOVED = re.compile(r"\s*Successfully uninstalled ([\w.-]+?)-(\d\S*)")
_FAILED = re.compile(
    r"(?:ERROR: |error: )?\s*(?:Could not find a version that satisfies the requirement (\S[^(]*?)(?: \(from .*)?"
    r"|No matching distribution found for (\S[^(]*?)(?: \(from .*)?"
    r"|Failed building wheel for (\S+)"
    r"|Could not build wheels for (\S.*?)(?:,? which .*| since .*)?"
    r"|Failed to build installable wheels for some pyproject.toml based projects \((.*)\))"
)
_ERROR = re.compile(r"\s*(?:ERROR: |error: subprocess-exited|\u00d7 |Command .* failed with error code )(.*)")
_REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?(.*?)\)?")
_LONGEST_MESSAGE = 2048
"""Characters that are looked at of any line but the list of what was installed: the patterns take their square."""
_ARCHIVES = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")


class Pip:
    """Reads the lines of one step."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._open: dict[str, Row] = {}
        """What is being collected, by normalized name."""
        self._last: Row | None = None

    def read(self, line: Line) -> bool:
        """Whether the line was one of pip's."""
        if line.text.startswith(_INSTALLED):
            self._installed(line, line.text[len(_INSTALLED) :])
            return True
        text = line.text[:_LONGEST_MESSAGE]
        if match := _SATISFIED.fullmatch(text):
            name, specifier = _split(match[1])
            known = {"version": match[4], "source": match[2], "requested_by": _requested_by(match[3])}
            self._findings.package(line, "pip", "python", name, "already_satisfied", specifier=specifier, **known)
        elif match := _COLLECTING.fullmatch(text):
            named = not match[1].startswith(_URLS)
            self._last = self._collecting(line, *_split(match[1]), match[2]) if named else None
        elif (match := _FETCHED.fullmatch(text)) and _is_archive(match[2]):
            self._fetched(line, match)
        elif match := _BUILT.fullmatch(text):
            row = self._row(line, match[1])
            row["artifact"], row["size"] = match[2], int(match[3]) if match[3] else row["size"]
        elif text.startswith(_INDEXES):
            for url in text[len(_INDEXES) :].split(", "):
                self._findings.index(url)
        elif match := _REMOVED.fullmatch(text):
            self._removed(line, match[1], match[2])
        else:
            return self._failure(line)
        return True

    def _collecting(self, line: Line, name: str, specifier: str | None, origin: str | None) -> Row:
        row = self._row(line, name)
        row["specifier"] = row["specifier"] or specifier
        row["requested_by"] = [*dict.fromkeys([*row["requested_by"], *_requested_by(origin)])][:100]
        return row

    def _row(self, line: Line, name: str) -> Row:
        key = normalize_name(name)
        row = self._open.get(key)
        if row is None:
            row = self._findings.package(line, "pip", "python", name, "collected")
            if not self._findings.full:
                self._open[key] = row
        return row

    def _fetched(self, line: Line, match: re.Match[str]) -> None:
        place, size = match[2], match[4]
        artifact = place.partition("#")[0].partition("?")[0].rpartition("/")[2].removesuffix(".metadata")
        name, version = _of_artifact(artifact)
        row = self._last if self._last is not None and _fits(self._last["name"], artifact) else None
        if row is None:
            row = self._row(line, name)
        row["artifact"], row["version"] = artifact, row["version"] or version
        row["requested_by"] = row["requested_by"] or _requested_by(match[3] or match[5])
        if "/" in place:
            row["source"] = place
        if size and not place.endswith(".metadata"):
            row["size"] = bytes_of(size)

    def _installed(self, line: Line, text: str) -> None:
        for word in text.split():
            name, _, version = word.rpartition("-")
            if not name:
                continue
            row = self._row(line, name)
            row["status"], row["version"], row["message"] = "installed", version, None
        self._open, self._last = {}, None

    def _removed(self, line: Line, name: str, version: str) -> None:
        """On its own, or to make room for what was collected before."""
        row = self._open.get(normalize_name(name))
        if row is None:
            self._findings.package(line, "pip", "python", name, "removed", version=version)
        else:
            row["replaces"], row["upgrade"] = version, version != row["version"]

    def _failure(self, line: Line) -> bool:
        match = _FAILED.fullmatch(line.text[:_LONGEST_MESSAGE])
        if not match:
            error = _ERROR.fullmatch(line.text[:_LONGEST_MESSAGE])
            if error and error[1]:
                self._findings.error(line, "pip", line.text.strip().removeprefix("ERROR: "))
            return error is not None
        message = line.text.strip().removeprefix("ERROR: ")
        self._findings.error(line, "pip", message)
        single = match[1] or match[2] or match[3]
        for requirement in [single] if single else (match[4] or match[5] or "").split(", "):
            name, specifier = _split(requirement)
            if name:
                row = self._row(line, name)
                row["status"], row["specifier"] = "failed", row["specifier"] or specifier
                row["message"] = row["message"] or shortened(message)
        return True


def _split(requirement: str) -> tuple[str, str | None]:
    match = _REQUIREMENT.fullmatch(requirement.strip())
    return (match[1], match[2].strip() or None) if match else (requirement.strip(), None)


def _requested_by(text: str | None) -> list[str]:
    """`a->b` and `-r file (line 1)` as they stand; `a, b` of old versions of pip as two."""
    return re.split(r"->|, ", text)[:100] if text else []


def _is_archive(place: str) -> bool:
    return place.partition("#")[0].partition("?")[0].removesuffix(".metadata").endswith(_ARCHIVES)


def _of_artifact(artifact: str) -> tuple[str, str | None]:
    """Name and version that the name of a file tells: the tags of a wheel begin after the second hyphen."""
    stem = next((artifact.removesuffix(end) for end in _ARCHIVES if artifact.endswith(end)), artifact)
    if artifact.endswith(".whl"):
        parts = stem.split("-")
        return parts[0], parts[1] if len(parts) > 1 else None
    name, _, version = stem.rpartition("-")
    return (name, version) if name else (stem, None)


def _fits(name: str, artifact: str) -> bool:
    return normalize_name(_of_artifact(artifact)[0]) == normalize_name(name)
