"""Advice as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from package_extract.resolver.advice.settings import container_file, install_line
from package_extract.resolver.report import answer_text
from package_extract.resolver.rules.image_findings import STALE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from package_extract.resolver.advice.advising import Advice
    from package_extract.resolver.advice.catalogue import Prebuilt
    from package_extract.resolver.advice.guidance import Note
    from package_extract.resolver.rules.rulebook import Explanation

__all__ = ["advice_text", "explanation_text"]

_SIGNS = {"ERROR": "!!", "WARNING": " !", "INFO": "  "}
_ORDER = {"ERROR": 0, "WARNING": 1, "INFO": 2}


def advice_text(advice: Advice, prebuilt: Sequence[Prebuilt] = (), *, why: bool = False) -> str:
    """The pins, then what to know, to set and to install."""
    return answer_text(advice.answer, why=why) + "".join(f"{line}\n" for line in _lines(advice, prebuilt))


def _lines(advice: Advice, prebuilt: Sequence[Prebuilt]) -> Iterator[str]:
    guidance = advice.guidance
    for remark in advice.remarks:
        yield f"  note: {remark}"
    if guidance.notes:
        yield "to know:"
        for note in sorted(guidance.notes, key=lambda each: (_ORDER[each.severity], each.packages)):
            yield from _note(note)
    if guidance.environment_variables:
        yield "environment variables to set:"
        for line in container_file(guidance.environment_variables).splitlines():
            yield f"  {line}"
    if guidance.system_packages:
        yield "packages of the operating system to install:"
        yield f"  {install_line(guidance.system_packages, advice.book.environment)}"
    if guidance.alternatives:
        yield "alternatives:"
        for alternative in guidance.alternatives:
            yield f"  {alternative}"
    if prebuilt:
        yield "prebuilt images to consider:"
        for image in prebuilt:
            lacks = f"; lacks {', '.join(image.lacks)}" if image.lacks else ""
            yield f"  {image.image} ships {', '.join(image.ships)}{lacks}"


def _note(note: Note) -> Iterator[str]:
    about = f"{', '.join(note.packages)}: " if note.packages else ""
    yield f"{_SIGNS[note.severity]} {about}{note.message}"
    if note.stale:
        yield f"     {STALE}"
    if note.evidence:
        yield f"     because {'; '.join(note.evidence)}"
    if note.link:
        yield f"     {note.link}"
    if note.rule:
        yield f"     rule {note.rule}"


def explanation_text(explanation: Explanation) -> str:
    """How many rules counted, and how many did not for which reason."""
    counts = explanation.counts()
    lines = [f"{sum(counts.values())} rules:", *(f"{count:>8}  {reason}" for reason, count in counts.items() if count)]
    return "".join(f"{line}\n" for line in lines)
