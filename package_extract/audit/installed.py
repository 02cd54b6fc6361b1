"""Which distributions an interpreter sees: those on its `sys.path`, of each name the first.

As importlib.metadata finds them, and with it pip: https://docs.python.org/3/library/importlib.metadata.html.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Installed", "Seen", "installations", "unseen"]

Row = dict[str, Any]


class Seen(NamedTuple):
    """A distribution, and the prefix of the environment that has it."""

    row: Row
    environment: str


class Installed(NamedTuple):
    """An interpreter and what it sees."""

    interpreter: Mapping[str, Any]
    packages: dict[str, Seen]
    """By normalized name, in the order in which `sys.path` has them."""


def installations(results: Mapping[str, Any]) -> list[Installed]:
    """Every interpreter that sees distributions."""
    places = _places(results)
    found = []
    for interpreter in (results.get("python_interpreters") or {}).get("interpreters", ()):
        packages: dict[str, Seen] = {}
        for directory in _directories(interpreter):
            for seen in places.get(directory, ()):
                packages.setdefault(seen.row["normalized_name"], seen)
        if packages:
            found.append(Installed(interpreter, packages))
    return found


def unseen(results: Mapping[str, Any], found: list[Installed]) -> Iterator[tuple[str, int]]:
    """Prefix of each environment that no interpreter reads, and how many distributions it has."""
    seen = {directory for one in found for directory in _directories(one.interpreter)}
    for environment in (results.get("python_packages") or {}).get("environments", ()):
        rows = [row for row in environment["packages"] if row["metadata_kind"] != "conda"]
        if rows and not seen.intersection(environment["paths"]) and not any(row["shadowed_by"] for row in rows):
            yield environment["prefix"], len(rows)


def _directories(interpreter: Mapping[str, Any]) -> list[str]:
    """The real paths of what the interpreter searches, in its order."""
    real: Mapping[str, str] = interpreter.get("real_paths") or {}
    return [real.get(entry, entry) for entry in interpreter["sys_path"] or interpreter["site_dirs"]]


def _places(results: Mapping[str, Any]) -> dict[str, list[Seen]]:
    """Directory on `sys.path` -> what is found there, without what another one in the same directory hides."""
    places: dict[str, list[Seen]] = {}
    for environment in (results.get("python_packages") or {}).get("environments", ()):
        for row in environment["packages"]:
            if row["metadata_kind"] == "conda" or _hidden_beside(row):
                continue
            seen = Seen(row, environment["prefix"])
            places.setdefault(row["location"], []).append(seen)
            if row["metadata_kind"] == "egg":
                places.setdefault(row["location"].rpartition("/")[0], []).append(seen)
    return places


def _hidden_beside(row: Mapping[str, Any]) -> bool:
    other = row["shadowed_by"]
    return other is not None and other.rpartition("/")[0] == row["metadata_path"].rpartition("/")[0]
