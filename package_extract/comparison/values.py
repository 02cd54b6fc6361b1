"""Values, mappings and lists side by side: the small comparisons that all others are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

__all__ = ["Change", "changes", "gained_and_lost", "keys_changed", "pairs"]

Change = dict[str, Any]
"""{"field": name, "before": value, "after": value}"""

Item = TypeVar("Item")


def changes(before: Mapping[str, Any], after: Mapping[str, Any], fields: Iterable[str]) -> list[Change]:
    """The fields that differ; an absent one counts as null."""
    return [
        {"field": field, "before": before.get(field), "after": after.get(field)}
        for field in fields
        if before.get(field) != after.get(field)
    ]


def keys_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What was added, removed and changed between two mappings, sorted by key."""
    return {
        "added": {key: after[key] for key in sorted({*after} - {*before})},
        "removed": {key: before[key] for key in sorted({*before} - {*after})},
        "changed": [
            {"field": key, "before": before[key], "after": after[key]}
            for key in sorted({*before} & {*after})
            if before[key] != after[key]
        ],
    }


def gained_and_lost(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """What only `after` has and what only `before` has, each in its own order."""
    old, new = set(before), set(after)
    return [item for item in after if item not in old], [item for item in before if item not in new]


def pairs(
    before: Iterable[Item], after: Iterable[Item], *keys: Callable[[Item], Iterable[Hashable]]
) -> tuple[list[tuple[Item, Item]], list[Item], list[Item]]:
    """Items that belong together, then those that only `before` has, then those that only `after` has.

    Two items belong together if they share one of the values of a key. Earlier keys decide first: what they have
    joined, later ones do not see. Each item is in one pair at most.
    """
    joined: list[tuple[Item, Item]] = []
    left, right = list(before), list(after)
    for key in keys:
        places: dict[Hashable, list[int]] = {}
        for index, item in enumerate(right):
            for value in key(item):
                places.setdefault(value, []).append(index)
        taken: set[int] = set()
        alone = []
        for item in left:
            found = (index for value in key(item) for index in places.get(value, ()) if index not in taken)
            partner = next(found, None)
            if partner is None:
                alone.append(item)
            else:
                taken.add(partner)
                joined.append((item, right[partner]))
        left = alone
        right = [item for index, item in enumerate(right) if index not in taken]
    return joined, left, right
