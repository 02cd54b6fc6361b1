"""An answer as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from package_extract.resolver.answer import Answer, Environment, NotChosen, Pin
    from package_extract.resolver.choosing import Ranked

__all__ = ["answer_text", "ranking_text"]

_SIGNS = {"install": "+", "change": "~", "keep": "="}


def answer_text(answer: Answer, *, why: bool = False) -> str:
    """Every pin on a line; with `why` also who needs it and what speaks against newer versions."""
    return "\n".join(_environment(each, why=why) for each in answer.environments)


def _environment(environment: Environment, *, why: bool) -> str:
    target = environment.target
    title = f"{environment.label}: " if environment.label else ""
    image = f" of {target.image}" if target.image else ""
    lines = [f"{title}{target.describe()}{image}"]
    width = max((len(pin.name) for pin in environment.pins), default=0)
    versions = max((len(pin.version) for pin in environment.pins), default=0)
    for pin in environment.pins:
        lines.append(f"  {_SIGNS[pin.status]} {pin.name:{width}}  {pin.version:{versions}}  {_remark(pin)}".rstrip())
        if why:
            lines += [f"      needed by {each}" for each in pin.required_by]
            lines += [f"      not {_versions(each)}: {_explanation(each)}" for each in pin.not_chosen]
            lines += [f"      {each.message}" + _rule(each.rule) for each in pin.justifications]
    install, kept = len(environment.to_install), len(environment.kept)
    lines.append(f"  {install} to install, {kept} in the image already")
    lines += [f"  note: {remark}" for remark in environment.remarks]
    return "\n".join(lines) + "\n"


def _remark(pin: Pin) -> str:
    words = []
    if pin.status == "change":
        words.append(f"in place of {pin.installed_version}")
    elif pin.status == "install" and pin.installed_version:
        words.append("the image has this version too")
    if pin.not_chosen and pin.status != "keep":
        newest = pin.not_chosen[0]
        words.append(f"not {_versions(newest)}: {_explanation(newest)}")
    if pin.verification and pin.verification.state == "verified":
        words.append("loads in the image")
    elif pin.verification and pin.verification.state == "unverified":
        words.append(f"not verified ({pin.verification.remark})")
    return "; ".join(words)


def _explanation(group: NotChosen) -> str:
    return group.explanation + (_rule(group.rule) if group.rule and group.rule not in group.explanation else "")


def _rule(name: str | None) -> str:
    return f" (rule {name})" if name else ""


def _versions(group: NotChosen) -> str:
    versions = group.versions
    return versions[0] if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"


def ranking_text(ranked: list[Ranked]) -> str:
    """The candidates, best first."""
    lines = []
    for place, each in enumerate(ranked, 1):
        verdict = "" if each.answer else "cannot be used: "
        first, *rest = each.reason.splitlines() or [""]
        lines.append(f"{place}. {each.candidate.name}: {verdict}{first}")
        lines += [f"   {line}" for line in rest]
    return "".join(f"{line}\n" for line in lines)
