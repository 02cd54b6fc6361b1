"""What micropipenv and pipenv say around the pip that they run, and Thoth's s2i scripts around them.

https://github.com/thoth-station/micropipenv, https://pipenv.pypa.io.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from package_extract.buildlog.findings import Findings
    from package_extract.buildlog.lines import Line

__all__ = ["PipfileTools"]

_RETRIED = re.compile(r".*Failed to install '([^']+)', will try in next installation round\.\.\.")
_FATAL = re.compile(r".*Failed to install requirements, dependency '([^']+)' could not be installed")
_PIPENV = re.compile(r".*An error occurred while installing (\S+?)(?:==(\S+?))?( .*)?! Will try again\.")
_PIPENV_FATAL = re.compile(r".*(?:ERROR: |Error: )Couldn't install package(?:s)?: (\S.*)")
_LOCK = re.compile(r"-{20,} Pipfile\.lock -{20,}")
_CONFIGURATION = ">>> Thoth's configuration file after hardware and software discovery:"
_THAMOS = re.compile(r".*Thamos version: '(\S+)'")
_FLAGS = {
    ">>> Asking Thoth for provenance check...": "provenance_check_run",
    ">>> Asking Thoth for advise...": "adviser_run",
}
_LONGEST_BLOCK = 1 << 22


class PipfileTools:
    """Reads the lines of one step; `about` gathers what concerns the whole log."""

    def __init__(self, findings: Findings, about: dict[str, Any]) -> None:
        self._findings, self._about = findings, about
        self._block: list[str] | None = None
        self._block_of, self._room = "", 0

    def read(self, line: Line) -> bool:
        """Whether the line was one of theirs."""
        text = line.text
        if self._block is not None and not self._ends(text):
            self._room -= len(text)
            if self._room >= 0:
                self._block.append(text)
            return True
        if (match := _RETRIED.fullmatch(text)) or (match := _FATAL.fullmatch(text)):
            self._failed(line, "micropipenv", match[1], None, text)
        elif match := _PIPENV.fullmatch(text):
            self._failed(line, "pipenv", match[1], match[2], text)
        elif match := _PIPENV_FATAL.fullmatch(text):
            self._failed(line, "pipenv", match[1], None, text)
        elif _LOCK.fullmatch(text):
            self._toggle("pipfile_lock")
        elif text == _CONFIGURATION:
            self._toggle("thoth_config")
        elif match := _THAMOS.fullmatch(text):
            self._about["thamos_version"] = match[1]
        elif text in _FLAGS:
            self._about[_FLAGS[text]] = True
        else:
            return False
        return True

    def _failed(self, line: Line, tool: str, name: str, version: str | None, text: str) -> None:
        self._findings.error(line, tool, text)
        self._findings.package(line, tool, "python", name, "failed", version=version, message=text.strip()[:2000])

    def _toggle(self, block_of: str) -> None:
        if self._block is None:
            self._block, self._block_of, self._room = [], block_of, _LONGEST_BLOCK
            return
        self._finish()

    def _ends(self, text: str) -> bool:
        if self._block_of == "pipfile_lock":
            return _LOCK.fullmatch(text) is not None
        if text.startswith(">>> "):
            self._finish()
            return True
        return False

    def _finish(self) -> None:
        text, self._block = "\n".join(self._block or ()), None
        if self._block_of == "thoth_config":
            self._about["thoth_config"] = text or None
            return
        try:
            self._about["pipfile_lock"] = json.loads(text)
        except (ValueError, RecursionError):
            self._about["pipfile_lock"] = None
