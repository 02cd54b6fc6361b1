"""The part of a list that is one worker's: every n-th image.

An Indexed Job of Kubernetes tells each pod its number in `JOB_COMPLETION_INDEX`, from 0; how many there are the
manifest says in `PACKAGE_EXTRACT_SHARDS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from package_extract.errors import InvalidReference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["COUNT_VARIABLE", "INDEX_VARIABLE", "Shard", "parse_shard", "shard_of_environment"]

INDEX_VARIABLE = "JOB_COMPLETION_INDEX"
COUNT_VARIABLE = "PACKAGE_EXTRACT_SHARDS"
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `index`, from 0, of `count`."""

    index: int
    count: int

    def of(self, items: Sequence[Item]) -> Sequence[Item]:
        """The items of this shard; those of all shards are all items, each once."""
        return items[self.index :: self.count]


def parse_shard(text: str) -> Shard:
    """The shard that "i/n" names."""
    parts = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text, re.ASCII)
    if parts is None or int(parts[1]) >= int(parts[2]):
        raise InvalidReference(f"{text!r} is no shard; write i/n with i from 0 to n-1, for example 0/4")
    return Shard(int(parts[1]), int(parts[2]))


def shard_of_environment(environment: Mapping[str, str]) -> Shard | None:
    """The shard of this pod of an Indexed Job; None outside of one."""
    index, count = environment.get(INDEX_VARIABLE), environment.get(COUNT_VARIABLE)
    if index is None:
        return None
    if count is None:
        raise InvalidReference(f"{INDEX_VARIABLE} is set, but {COUNT_VARIABLE} is not: set it to the job's completions")
    return parse_shard(f"{index}/{count}")
