"""What uv prints (https://docs.astral.sh/uv/pip/packages/)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_extract.buildlog.findings import Findings
    from package_extract.buildlog.lines import Line

__all__ = ["Uv"]

_CHANGE = re.compile(r" ([+~-]) ([A-Za-z0-9][\w.-]*)==(\S+)(?: \(from (.+)\))?")
_SUMMARY = re.compile(
    r"(?:Resolved|Prepared|Installed|Uninstalled|Audited|Checked|Downloaded|Built) \d+ packages? in .*"
)
_STATUS = {"+": "installed", "~": "installed", "-": "removed"}
_ERROR = re.compile(r"(?:error: |\s*\u00d7 )(.+)")
_CAUSE = re.compile(r"\s+(?:cause: |╰─▶ |├─▶ |│? {2,})(.+)|\s*(?:Caused by: )(.+)")


class Uv:
    """Reads the lines of one step."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._seen = False
        """Whether this step runs uv at all: its errors look like those of others."""
        self._error: dict[str, object] | None = None

    def read(self, line: Line) -> bool:
        """Whether the line was one of uv's."""
        text = line.text
        if match := _CHANGE.fullmatch(text):
            origin = match[4]
            known = {"version": match[3], "source": origin}
            self._findings.package(line, "uv", "python", match[2], _STATUS[match[1]], **known)
        elif self._error is not None and (match := _CAUSE.fullmatch(text)):
            message = f"{self._error['message']} {(match[1] or match[2]).strip()}"
            self._error["message"] = message[:2000]
            return True
        elif self._seen and (match := _ERROR.fullmatch(text)):
            self._error = self._findings.error(line, "uv", match[1])
            return True
        elif not _SUMMARY.fullmatch(text) and not text.startswith("Using Python "):
            self._error = None
            return False
        self._seen, self._error = True, None
        return True
