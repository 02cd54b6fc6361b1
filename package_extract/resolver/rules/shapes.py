"""What data has to look like, in small checks that are put together, and complaints that name the place.

A check is a function of a value, its path and the list that complaints are added to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from package_extract.resolver.rules.yaml_reading import Path

__all__ = [
    "Complaint", "anything", "boolean", "either", "integer", "list_of", "mapping", "mapping_of", "negatable", "nothing",
    "number", "one_of", "pattern", "shown", "text",
]  # fmt: skip


class Complaint(NamedTuple):
    """One thing that is not as it has to be."""

    path: Path
    message: str
    code: str = "invalid"


if TYPE_CHECKING:
    Check = Callable[[Any, Path, list[Complaint]], None]


def shown(value: Any) -> str:
    """A value in a message, shortened."""
    words = repr(value)
    return words if len(words) <= 60 else words[:57] + "…"


def anything(value: Any, path: Path, complaints: list[Complaint]) -> None:
    """Any value will do."""


def nothing(value: Any, path: Path, complaints: list[Complaint]) -> None:
    """Null."""
    if value is not None:
        complaints.append(Complaint(path, f"has to be null, not {shown(value)}"))


def text(value: Any, path: Path, complaints: list[Complaint]) -> None:
    """Text that is not empty."""
    if type(value) is not str:
        complaints.append(Complaint(path, f"has to be text, not {shown(value)}"))
    elif not value.strip():
        complaints.append(Complaint(path, "is empty"))


def boolean(value: Any, path: Path, complaints: list[Complaint]) -> None:
    """True or false."""
    if type(value) is not bool:
        complaints.append(Complaint(path, f"has to be true or false, not {shown(value)}"))


def integer(value: Any, path: Path, complaints: list[Complaint]) -> None:
    """A whole number."""
    if type(value) is not int:
        complaints.append(Complaint(path, f"has to be a whole number, not {shown(value)}"))


def number(value: Any, path: Path, complaints: list[Complaint]) -> None:
    """A number, and not NaN."""
    if type(value) not in (int, float) or value != value:
        complaints.append(Complaint(path, f"has to be a number, not {shown(value)}"))


def pattern(expression: str, what: str) -> Check:
    """Text that matches a regular expression as a whole."""
    compiled = re.compile(expression)

    def check(value: Any, path: Path, complaints: list[Complaint]) -> None:
        if type(value) is not str or not compiled.fullmatch(value):
            complaints.append(Complaint(path, f"has to be {what}, not {shown(value)}"))

    return check


def one_of(*options: Any) -> Check:
    """One of some values."""

    def check(value: Any, path: Path, complaints: list[Complaint]) -> None:
        if not any(value == option and type(value) is type(option) for option in options):
            listed = ", ".join(map(str, options))
            complaints.append(Complaint(path, f"has to be one of {listed}, not {shown(value)}"))

    return check


def either(first: Check, second: Check) -> Check:
    """What one of two checks accepts; the complaints are those of the second."""

    def check(value: Any, path: Path, complaints: list[Complaint]) -> None:
        mine: list[Complaint] = []
        first(value, path, mine)
        if mine:
            second(value, path, complaints)

    return check


def list_of(item: Check, at_least: int = 0, at_most: int | None = None) -> Check:
    """A list of so many items."""

    def check(value: Any, path: Path, complaints: list[Complaint]) -> None:
        if type(value) is not list:
            complaints.append(Complaint(path, f"has to be a list, not {shown(value)}"))
            return
        if len(value) < at_least:
            complaints.append(Complaint(path, f"has to have at least {at_least} items, not {len(value)}"))
        if at_most is not None and len(value) > at_most:
            complaints.append(Complaint(path, f"has to have at most {at_most} items, not {len(value)}"))
        for position, each in enumerate(value):
            item(each, (*path, position), complaints)

    return check


def negatable(check_list: Check) -> Check:
    """A list, or `{not: list}`."""
    negated = mapping({"not": check_list})

    def check(value: Any, path: Path, complaints: list[Complaint]) -> None:
        (negated if type(value) is dict else check_list)(value, path, complaints)

    return check


def mapping(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """A mapping with these keys and no others."""
    known = {**required, **(optional or {})}

    def check(value: Any, path: Path, complaints: list[Complaint]) -> None:
        if type(value) is not dict:
            complaints.append(Complaint(path, f"has to be a mapping, not {shown(value)}"))
            return
        for key, each in value.items():
            if key in known:
                known[key](each, (*path, key), complaints)
            else:
                complaints.append(Complaint((*path, key), "is an unknown key", "unknown-key"))
        complaints.extend(
            Complaint(path, f"lacks the key {key!r}", "missing-key") for key in required if key not in value
        )

    return check


def mapping_of(item: Check) -> Check:
    """A mapping from text to values of one kind."""

    def check(value: Any, path: Path, complaints: list[Complaint]) -> None:
        if type(value) is not dict:
            complaints.append(Complaint(path, f"has to be a mapping, not {shown(value)}"))
            return
        for key, each in value.items():
            if type(key) is not str:
                complaints.append(Complaint((*path, key), "has to have text as its key"))
            item(each, (*path, key), complaints)

    return check
