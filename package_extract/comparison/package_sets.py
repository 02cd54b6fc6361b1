"""Packages side by side: of each package manager, and of each Python environment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from package_extract.document.inventory import packages
from package_extract.formats.python_names import normalize_name

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["package_differences"]

_Place = tuple[str, str | None]
"""Kind of package and prefix of the Python environment."""
_Versions = dict[str, list[str]]
"""Versions of a package by its name."""
_ANY_ARCHITECTURE = {"all", "noarch", None}


def package_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """For each kind of package, and each environment, what was added, removed and changed; the unchanged are counted.

    A package is one of another architecture than most of its image if its name says so: `libc6:i386`. Where several
    versions of a package are installed, all of them are named. A Python distribution that another one shadows is passed
    over: nobody can import it.
    """
    old, new = _places(before, after), _places(after, before)
    places = sorted({*old, *new}, key=lambda place: (place[1] is not None, place[1] or "", place[0]))
    return [_difference(place, old.get(place, {}), new.get(place, {})) for place in places]


def _places(document: Mapping[str, Any], other: Mapping[str, Any]) -> dict[_Place, _Versions]:
    """Versions by package, by place; without the sections that the other document does not have."""
    known = {name: section for name, section in document["results"].items() if other["results"].get(name) is not None}
    records = [record for record in packages({**document, "results": known}) if record["shadowed_by"] is None]
    architectures = Counter(record["architecture"] for record in records)
    usual = next((name for name, _ in architectures.most_common() if name not in _ANY_ARCHITECTURE), None)
    places: dict[_Place, _Versions] = {}
    for record in records:
        foreign = record["architecture"] not in (*_ANY_ARCHITECTURE, usual)
        name = normalize_name(record["name"]) if record["environment"] is not None else record["name"]
        place = places.setdefault((record["kind"], record["environment"]), {})
        place.setdefault(f"{name}:{record['architecture']}" if foreign else name, []).append(
            record["version"] or "unknown"
        )
    return places


def _difference(place: _Place, before: _Versions, after: _Versions) -> dict[str, Any]:
    both = sorted({*before} & {*after})
    changed = [name for name in both if sorted(before[name]) != sorted(after[name])]
    return {
        "kind": place[0],
        "environment": place[1],
        "added": [{"name": name, "versions": sorted(after[name])} for name in sorted({*after} - {*before})],
        "removed": [{"name": name, "versions": sorted(before[name])} for name in sorted({*before} - {*after})],
        "changed": [{"name": name, "before": sorted(before[name]), "after": sorted(after[name])} for name in changed],
        "unchanged": len(both) - len(changed),
    }
