from __future__ import annotations

from datetime import UTC, datetime

from package_extract.resolver.index.options import IndexOptions


def test_what_is_said_counts_and_lists_grow() -> None:
    base = IndexOptions(index_url="a", extra_index_urls=("b",), timeout=3, find_links=("d",))
    joined = IndexOptions(index_url="c", extra_index_urls=("b", "e"), offline=True).over(base)

    assert joined == IndexOptions(
        index_url="c", extra_index_urls=("b", "e"), timeout=3, find_links=("d",), offline=True
    )


def test_nothing_said_changes_nothing() -> None:
    base = IndexOptions(index_url="a", strategy="first", exclude_newer=datetime(2024, 1, 1, tzinfo=UTC), retries=0)
    assert IndexOptions().over(base) == base


def test_no_index_silences_the_indexes_below() -> None:
    joined = IndexOptions(no_index=True).over(IndexOptions(index_url="a", extra_index_urls=("b",)))
    assert (joined.index_url, joined.extra_index_urls, joined.no_index) == (None, (), True)
