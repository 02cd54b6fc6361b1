"""Shards: together the whole list, each image once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.batch.shard import Shard, parse_shard, shard_of_environment
from package_extract.errors import InvalidReference


@given(st.lists(st.integers(), max_size=50), st.integers(1, 60))
def test_all_shards_are_the_list(items, count):
    shards = [Shard(index, count).of(items) for index in range(count)]
    assert sorted(item for shard in shards for item in shard) == sorted(items)
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


def test_text():
    assert parse_shard("0/1") == Shard(0, 1)
    assert parse_shard("3/4") == Shard(3, 4)


@pytest.mark.parametrize("text", ["", "1", "1/1", "4/4", "-1/4", "0/0", "a/b", "1/2/3", "٣/٤", "0/9999999999"])
def test_what_is_no_shard(text):
    with pytest.raises(InvalidReference):
        parse_shard(text)


def test_of_an_indexed_job():
    assert shard_of_environment({}) is None
    assert shard_of_environment({"JOB_COMPLETION_INDEX": "2", "PACKAGE_EXTRACT_SHARDS": "5"}) == Shard(2, 5)
    with pytest.raises(InvalidReference, match="PACKAGE_EXTRACT_SHARDS"):
        shard_of_environment({"JOB_COMPLETION_INDEX": "2"})
