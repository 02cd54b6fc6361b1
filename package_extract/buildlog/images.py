"""What builders say of images: what they build on, what they name and what they push."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from package_extract.buildlog.findings import Findings
    from package_extract.buildlog.lines import Line

__all__ = ["Images"]

_DIGEST = r"(sha256:[0-9a-f]{64})"
_NAMED = re.compile(r"(?:Successfully tagged|naming to|Tagging as) (\S+?)(?: done|\s+[\d.]+s done)?")
_PUSHING = re.compile(
    r"(?:Pushing image|pushing manifest for|Trying to push) "
    rf"(\S+?)(?:@{_DIGEST})?(?: ?\.\.\.)?(?: [\d.]+s)?( done)?"
)
_PUSHED = re.compile(rf"Successfully pushed (\S+?)(?:@{_DIGEST})?\.?")
_REFERS = re.compile(r"The push refers to (?:a )?repository \[(\S+)\]")
_TAG_DIGEST = re.compile(rf"(\S+): digest: {_DIGEST} size: \d+")
_BUILDER = re.compile(r"Using (\S+?)(?:@sha256:([0-9a-f]{64}))? as the s2i builder image")


class Images:
    """Reads the lines of one step; `about` gathers what concerns the whole log."""

    def __init__(self, findings: Findings, about: dict[str, Any]) -> None:
        self._findings, self._about = findings, about
        self._pushing: str | None = None

    def read(self, line: Line) -> bool:
        """Whether the line was about an image."""
        text = line.text.strip()
        if match := _NAMED.fullmatch(text):
            self._findings.image(line, match[1])
        elif match := _PUSHED.fullmatch(text):
            # OpenShift names the digest only, after it has named the tag.
            self._findings.image(line, self._tagged(match[1]), digest=match[2], pushed=True)
        elif match := _PUSHING.fullmatch(text):
            self._pushing = match[1]
            self._findings.image(line, match[1], digest=match[2], pushed=bool(match[3]))
        elif match := _REFERS.fullmatch(text):
            self._pushing = match[1]
        elif (match := _TAG_DIGEST.fullmatch(text)) and self._pushing:
            self._findings.image(line, f"{self._pushing}:{match[1]}", digest=match[2], pushed=True)
        elif text == "Push successful":
            self._about["push_successful"] = True
            if self._pushing:
                self._findings.image(line, self._pushing, pushed=True)
        elif match := _BUILDER.fullmatch(text):
            self._about["s2i_builder_image"] = {"image": match[1], "sha256": match[2]}
        else:
            return False
        return True

    def _tagged(self, name: str) -> str:
        pushing = self._pushing or ""
        return pushing if pushing.startswith(f"{name}:") else name
