"""Which of several images suits some requirements best, and why the others do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from package_extract.resolver.errors import NoSolution, NoSuchPython
from package_extract.resolver.resolving import resolve_scopes
from package_extract.resolver.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from package_extract.resolver.answer import Answer
    from package_extract.resolver.policy import Policy
    from package_extract.resolver.requirements.request import Request
    from package_extract.resolver.rules_protocol import Rules
    from package_extract.resolver.source import Source
    from package_extract.resolver.target import Target

__all__ = ["Candidate", "Ranked", "rank_images"]


class Candidate(Struct, frozen=True):
    """An image that could be used."""

    name: str
    """How it is called in the ranking, for example the path of its document."""
    target: Target | NoSuchPython
    """The error of an image without a usable Python."""
    created: str | None = None
    """When the image was made, RFC 3339."""


class Ranked(Struct, frozen=True):
    """One candidate with its place."""

    candidate: Candidate
    answer: Answer | None
    reason: str
    """Of the first, why it wins; of the others, in what the one before is better, or why it cannot be used."""
    unverified: int = 0
    """Native wheels that could not be checked against its libraries."""
    download: int = 0
    """Bytes of wheels to download, as far as the index tells sizes."""
    kept: int = 0
    """Packages that it has already."""


def rank_images(
    candidates: Sequence[Candidate], request: Request, source: Source, policy: Policy, rules: Rules | None = None
) -> list[Ranked]:
    """The candidates, best first: those that can meet the requirements, then by what is verified, by the bytes to
    download, by what is there already, and the newest image.
    """
    ranked = [_tried(each, request, source, policy, rules) for each in candidates]
    ranked.sort(key=lambda each: _creation(each), reverse=True)
    ranked.sort(key=_key)
    return [_with_reason(each, ranked[place - 1] if place else None) for place, each in enumerate(ranked)]


def _tried(candidate: Candidate, request: Request, source: Source, policy: Policy, rules: Rules | None) -> Ranked:
    if isinstance(candidate.target, NoSuchPython):
        return Ranked(candidate, None, str(candidate.target))
    try:
        answer = resolve_scopes([Scope(candidate.target, request, policy)], source, policy, rules)
    except NoSolution as error:
        return Ranked(candidate, None, str(error))
    pins = answer.environment.pins
    return Ranked(
        candidate,
        answer,
        "",
        unverified=sum(1 for pin in pins if pin.verification and pin.verification.state == "unverified"),
        download=sum(pin.file.size or 0 for pin in pins if pin.file),
        kept=sum(1 for pin in pins if pin.status == "keep"),
    )


def _key(ranked: Ranked) -> tuple[bool, int, int, int]:
    return ranked.answer is None, ranked.unverified, ranked.download, -ranked.kept


def _creation(ranked: Ranked) -> str:
    return ranked.candidate.created or ""


def _with_reason(ranked: Ranked, better: Ranked | None) -> Ranked:
    if ranked.answer is None:
        return ranked
    reason = _comparison(ranked, better) if better else _merit(ranked)
    return Ranked(ranked.candidate, ranked.answer, reason, ranked.unverified, ranked.download, ranked.kept)


def _merit(ranked: Ranked) -> str:
    verified = (
        "all native wheels verified" if not ranked.unverified else f"{ranked.unverified} native wheels unverified"
    )
    return f"{ranked.download:,} bytes to download, {ranked.kept} packages there already, {verified}"


def _comparison(ranked: Ranked, better: Ranked) -> str:
    name = better.candidate.name
    if ranked.unverified != better.unverified:
        return f"{ranked.unverified} native wheels could not be verified, {better.unverified} with {name}"
    if ranked.download != better.download:
        return f"{ranked.download:,} bytes to download, {better.download:,} with {name}"
    if ranked.kept != better.kept:
        return f"{ranked.kept} packages are there already, {better.kept} with {name}"
    if _creation(ranked) != _creation(better):
        return f"{name} is newer"
    return f"as good as {name}"
