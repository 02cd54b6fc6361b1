"""The lines of a build log, each with the step that wrote it.

Builders put prefixes before what a command prints, and several may be nested:

- BuildKit, `--progress=plain` (https://docs.docker.com/reference/cli/docker/buildx/build/#progress):
  `#12 [2/3] RUN pip …` names a step, `#12 3.456 text` is a line of it; steps that run at once interleave.
- buildah and podman `STEP 3/7: RUN …`; the classic builder of Docker `Step 3/7 : RUN …`.
- Tekton (`tkn … logs`) `[step-build] text`, `[task : step] text`.
- Time stamps of `kubectl logs --timestamps`, and of CRI log files with `stdout F` after them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["LONGEST_LINE", "MOST_STEPS", "Line", "Step", "read_lines"]

LONGEST_LINE = 1 << 16
"""Bytes of a line that are looked at; the rest is passed over."""
MOST_STEPS = 10_000
"""Steps that are told apart; lines of later ones count as of the last."""

_TERMINAL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_=>])")
_CREDENTIALS = re.compile(r"(://)[^/\s\"'<>]{1,1000}@")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? (?:std(?:out|err) [FP] )?")
_TEKTON = re.compile(r"\[([a-z0-9][a-z0-9.-]{0,62}(?: : [a-z0-9][a-z0-9.-]{0,62})?)\] ?")
_NOT_TEKTON = ("notice", "warning", "error", "info", "debug")
_BUILDKIT = re.compile(r"#(\d{1,6}) (?:(\d{1,7}\.\d{1,6}) )?(.*)", re.DOTALL)
_BUILDKIT_TITLE = re.compile(
    r"\[(?:[\w.-]{1,100} )?(?:[\w.-]{1,100} +)?\d+/\d+\] .+|\[(?:internal|auth)\] .+|.*exporting to .+"
)
_STEP = re.compile(r"(?:STEP \d+(?:/\d+)?:|Step \d+/\d+ :) ?(.*)")


class Step:
    """One step of the build."""

    __slots__ = ("index", "stream", "title")

    def __init__(self, index: int, stream: str, title: str | None) -> None:
        """`index` counts steps in the order in which they appear."""
        self.index, self.stream, self.title = index, stream, title


class Line(NamedTuple):
    """One line as the command wrote it, without what builders and terminals put around it, nor credentials in URLs."""

    number: int
    """Number of the line in the log, from 1."""
    step: Step
    text: str
    from_builder: bool
    """Whether the builder itself says it: the title of a step, its end."""


def read_lines(file: BinaryIO) -> Iterator[Line]:
    """Every line that says something, in the order of the log; memory is bounded however long the lines are."""
    steps = _Steps()
    for number, data in _raw_lines(file):
        text = _TERMINAL.sub("", data.decode("utf-8", "replace"))
        if "@" in text:
            text = _CREDENTIALS.sub(r"\1", text)
        for part in text.split("\r"):
            if part.strip():
                yield steps.line(number, part.rstrip())


def _raw_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    number, fresh = 0, True
    while data := file.readline(LONGEST_LINE):
        if fresh:
            number += 1
            yield number, data.removesuffix(b"\n")
        fresh = data.endswith(b"\n")


class _Steps:
    """The step that each stream of the log is in."""

    def __init__(self) -> None:
        self._current: dict[str, Step] = {}
        self._last: Step | None = None

    def line(self, number: int, text: str) -> Line:
        stream: list[str] = []
        for _ in range(4):
            if match := _TIME.match(text):
                text = text[match.end() :]
            elif (match := _TEKTON.match(text)) and match[1] not in _NOT_TEKTON:
                stream.append(match[1])
                text = text[match.end() :]
            else:
                break
        if match := _BUILDKIT.fullmatch(text):
            return self._buildkit(number, "/".join([*stream, f"#{match[1]}"]), match[2], match[3])
        key = "/".join(stream)
        if match := _STEP.fullmatch(text):
            return Line(number, self._begin(key, match[1] or None), text, True)
        return Line(number, self._step(key), text, False)

    def _buildkit(self, number: int, key: str, seconds: str | None, text: str) -> Line:
        step = self._step(key)
        if seconds is None and step.title is None and _BUILDKIT_TITLE.fullmatch(text):
            step.title = text
        return Line(number, step, text, seconds is None)

    def _step(self, key: str) -> Step:
        return self._current.get(key) or self._begin(key, None)

    def _begin(self, key: str, title: str | None) -> Step:
        index = 0 if self._last is None else self._last.index + 1
        if self._last is not None and index >= MOST_STEPS:
            return self._last
        step = self._current[key] = self._last = Step(index, key, title)
        return step
