"""What yum, dnf and microdnf print: the table of a transaction, and the list of what was installed.

https://dnf.readthedocs.io/en/latest/command_ref.html. A name too long for its column stands alone on its line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from package_extract.buildlog.findings import shortened
from package_extract.buildlog.sizes import bytes_of

if TYPE_CHECKING:
    from package_extract.buildlog.findings import Findings, Row
    from package_extract.buildlog.lines import Line

__all__ = ["Dnf"]

_HEADER = re.compile(r"\s*Package\s+(?:Arch(?:itecture)?\s+Version\s+)?Repo(?:sitory)?\s+Size")
_GROUP = re.compile(
    r"((?:Install|Upgrad|Updat|Remov|Reinstall|Downgrad)ing"
    r"(?: (?:weak |unused |for |group/module )?(?:dependencies|packages))?):"
)
_LIST = re.compile(
    r"(Installed|Dependency Installed|Upgraded|Updated|Dependency Updated|Removed|Reinstalled|Downgraded|Failed):"
)
_ROW = re.compile(r"\s*(\S+)\s+(\S+)\s+(\S*\d\S*)\s+(\S+)\s+(\d[\d.,]* ?(?:[kKMG]i?)?B?)")
_MICRO_ROW = re.compile(r"\s+(\S+-(?:\d+:)?[^\s-]+-[^\s-]+\.\w+)\s+(\S+)\s+(\d[\d.,]* ?(?:[kKMG]i?)?B?)")
_PACKAGE = re.compile(r"(\S+)-((?:\d+:)?[^\s-]+-[^\s-]+)\.(\w+)")
_YUM_PACKAGE = re.compile(r"(\S+)\.(\w+) (\d+:[^\s-]+-\S+)")
_MICRO = re.compile(r"(Installing|Upgrading|Reinstalling|Removing): ([^;\s]+);([^;\s]+);([^;\s]+);(\S+)")
_RUNNING = re.compile(r"\s+(?:Installing|Upgrading|Updating)\s+: (\S+)\s+\d+/\d+")
_SATISFIED = re.compile(r"Package (\S+) (?:is already installed\.?|already installed.*)")
_MISSING = re.compile(
    r"(?:Error: |error: )?(?:No match for argument: (\S+)|Unable to find a match: (\S.*)|No package (\S+) available\.?"
    r"|No package matches '([^']+)')"
)
_ERROR = re.compile(r"(?:Error: |error: |Failed to )(.+)")
_SUMMARY = re.compile(r"Transaction Summary:?|Total download size.*|Is this ok.*")


class Dnf:
    """Reads the lines of one step."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._seen = False
        self._group: str | None = None
        """The heading in the table that we are below."""
        self._list: str | None = None
        """The heading in the lists at the end that we are below."""
        self._wrapped = ""
        self._planned: dict[tuple[str, str | None], Row] = {}

    def read(self, line: Line) -> bool:
        """Whether the line was one of theirs."""
        text = line.text
        if _HEADER.fullmatch(text):
            self._seen, self._group, self._list = True, "", None
        elif text in ("Complete!", "Complete.") and self._seen:
            self._complete()
        elif _SUMMARY.fullmatch(text) and self._seen:
            self._group = None
        elif match := _LIST.fullmatch(text):
            self._group, self._list = None, match[1]
        elif self._group is not None and (match := _GROUP.fullmatch(text)):
            self._group = match[1]
        elif self._group:
            return self._table(line)
        elif self._list is not None and text.startswith(" "):
            self._listed(line)
        else:
            return self._single(line)
        return True

    def _table(self, line: Line) -> bool:
        text = line.text
        if match := _ROW.fullmatch(self._wrapped + text):
            name, architecture, version = match[1], match[2], match[3]
            repository, size = match[4], match[5]
        elif match := _MICRO_ROW.fullmatch(text):
            name, version, architecture = _split(match[1])
            repository, size = match[2], match[3]
        else:
            self._wrapped = f"{text} " if text.startswith(" ") and len(text.split()) == 1 else ""
            return bool(self._wrapped)
        self._wrapped = ""
        group = self._group or ""
        row = self._findings.package(
            *(line, "dnf", "rpm", name, "removing" if group.startswith("Removing") else "planned"),
            version=version,
            architecture=architecture,
            repository=repository.removeprefix("@"),
            size=bytes_of(size, 1000 if size.endswith("B") else 1024),
            dependency="dependencies" in group,
            upgrade=group.startswith(("Upgrading", "Updating")),
        )
        self._remember(row)
        return True

    def _listed(self, line: Line) -> None:
        status = {"Removed": "removed", "Failed": "failed"}.get(self._list or "", "installed")
        for match in _YUM_PACKAGE.finditer(line.text):
            self._done(line, match[1], match[3], match[2], status)
        if not _YUM_PACKAGE.search(line.text):
            for word in line.text.split():
                if _PACKAGE.fullmatch(word):
                    self._done(line, *_split(word), status)

    def _done(self, line: Line, name: str, version: str | None, architecture: str | None, status: str) -> Row:
        row = self._planned.get((name, architecture))
        if row is None:
            row = self._findings.package(line, "dnf", "rpm", name, status, architecture=architecture)
            self._remember(row)
        row["status"], row["version"] = status, row["version"] or version
        return row

    def _remember(self, row: Row) -> None:
        if not self._findings.full:
            self._planned[row["name"], row["architecture"]] = row

    def _complete(self) -> None:
        for row in self._planned.values():
            row["status"] = {"planned": "installed", "unpacked": "installed", "removing": "removed"}.get(
                row["status"], row["status"]
            )
        self._planned, self._group, self._list = {}, None, None

    def _single(self, line: Line) -> bool:
        text = line.text
        self._list = None
        if match := _MICRO.fullmatch(text):
            self._seen = True
            status = "removed" if match[1] == "Removing" else "installed"
            self._done(line, match[2], match[3], match[4], status)["repository"] = match[5]
        elif (match := _RUNNING.fullmatch(text)) and _PACKAGE.fullmatch(match[1]):
            self._seen = True
            self._done(line, *_split(match[1]), "unpacked")
        elif (match := _SATISFIED.fullmatch(text)) and _PACKAGE.fullmatch(match[1]):
            name, version, architecture = _split(match[1])
            known = {"version": version, "architecture": architecture}
            self._findings.package(line, "dnf", "rpm", name, "already_satisfied", **known)
        elif match := _MISSING.fullmatch(text):
            self._seen = True
            self._findings.error(line, "dnf", text)
            for name in next(filter(None, match.groups())).split():
                self._findings.package(line, "dnf", "rpm", name, "failed", message=shortened(text))
        elif self._seen and (match := _ERROR.fullmatch(text)):
            self._findings.error(line, "dnf", text)
        else:
            return False
        return True


def _split(text: str) -> tuple[str, str | None, str | None]:
    """Name, `[epoch:]version-release` and architecture; yum puts the epoch before the name."""
    match = _PACKAGE.fullmatch(text)
    if match is None:
        return text, None, None
    epoch, colon, name = match[1].rpartition(":")
    return name, f"{epoch}{colon}{match[2]}", match[3]
