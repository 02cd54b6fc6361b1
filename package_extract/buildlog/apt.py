"""What apt-get and the dpkg below it print (apt-get(8), dpkg(1))."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from package_extract.buildlog.findings import shortened
from package_extract.buildlog.sizes import bytes_of

if TYPE_CHECKING:
    from package_extract.buildlog.findings import Findings, Row
    from package_extract.buildlog.lines import Line

__all__ = ["Apt"]

_GET = re.compile(r"Get:\d+ (\S+)(?: (\S+) (\S+))? (\S+) (\S+) (\S+) \[([^\]]+)\]")
_UNPACKING = re.compile(r"Unpacking ([a-z0-9][a-z0-9+.-]*)(?::(\w+))? \(([^)\s]+)\)(?: over \(([^)]*)\))? \.\.\.")
_SETTING_UP = re.compile(r"Setting up ([a-z0-9][a-z0-9+.-]*)(?::(\w+))? \(([^)\s]+)\) \.\.\.")
_REMOVING = re.compile(r"Removing ([a-z0-9][a-z0-9+.-]*)(?::(\w+))? \(([^)\s]+)\) \.\.\.")
_SATISFIED = re.compile(r"([a-z0-9][a-z0-9+.-]*)(?::(\w+))? is already the newest version \(([^)\s]+)\)\.?")
_MISSING = re.compile(
    r"E: (?:Unable to locate package (\S+)|Package '([^']+)' has no installation candidate"
    r"|Version '[^']*' for '([^']+)' was not found)"
)
_BROKEN = re.compile(r"dpkg: error processing (?:package|archive) (\S+?)(?::(\w+))? \(--\w+\):")
_ERROR = re.compile(r"(?:E: |dpkg: error: )(.+)")


class Apt:
    """Reads the lines of one step."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._open: dict[str, Row] = {}

    def read(self, line: Line) -> bool:
        """Whether the line was one of apt's."""
        text = line.text
        if match := _GET.fullmatch(text):
            row = self._row(line, match[4], "downloaded")
            row["version"], row["architecture"], row["size"] = match[6], match[5], bytes_of(match[7])
            row["source"] = match[1]
            row["repository"] = match[2]
        elif match := _UNPACKING.fullmatch(text):
            row = self._row(line, match[1], "unpacked")
            self._known(row, match)
            row["status"], row["upgrade"], row["replaces"] = "unpacked", match[4] is not None, match[4]
        elif match := _SETTING_UP.fullmatch(text):
            row = self._row(line, match[1], "installed")
            self._known(row, match)
            row["status"] = "installed"
        elif match := _REMOVING.fullmatch(text):
            self._known(self._findings.package(line, "apt", "deb", match[1], "removed"), match)
        elif match := _SATISFIED.fullmatch(text):
            self._known(self._findings.package(line, "apt", "deb", match[1], "already_satisfied"), match)
        elif match := _MISSING.fullmatch(text) or _BROKEN.fullmatch(text):
            self._findings.error(line, "apt", text.removeprefix("E: "))
            row = self._row(line, next(filter(None, match.groups())), "failed")
            row["status"], row["message"] = "failed", shortened(text.removeprefix("E: "))
        elif match := _ERROR.fullmatch(text):
            self._findings.error(line, "apt", match[1])
        else:
            return False
        return True

    @staticmethod
    def _known(row: Row, match: re.Match[str]) -> None:
        row["version"], row["architecture"] = match[3], match[2] or row["architecture"]

    def _row(self, line: Line, name: str, status: str) -> Row:
        row = self._open.get(name)
        if row is None:
            row = self._findings.package(line, "apt", "deb", name, status)
            if not self._findings.full:
                self._open[name] = row
        return row
