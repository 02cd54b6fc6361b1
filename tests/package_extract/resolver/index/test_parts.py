from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.resolver.index.freshness import lifetime
from package_extract.resolver.index.options import IndexOptions
from package_extract.resolver.index.urls import as_address, join, local_path, split_fragment
from package_extract.resolver.index.workers import Once, Workers


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 600),
        ({"cache-control": "max-age=30, public"}, 30),
        ({"cache-control": 'Max-Age="30"', "age": "10"}, 20),
        ({"cache-control": "max-age=30", "age": "50"}, 0),
        ({"cache-control": "no-cache, max-age=30"}, 0),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "max-age=99999999"}, 86400),
        ({"cache-control": "max-age=soon"}, 600),
    ],
)
def test_how_long_a_page_is_fresh(headers: dict[str, str], seconds: float | None) -> None:
    assert lifetime(headers) == seconds


class TestAddresses:
    @pytest.mark.parametrize(
        ("text", "url", "credentials"),
        [
            ("https://a.example/simple", "https://a.example/simple", None),
            ("https://me:p%40ss@a.example:1/s", "https://a.example:1/s", ("me", "p@ss")),
            ("https://token@a.example/s", "https://a.example/s", ("token", "")),
            ("file:///a/b", "file:///a/b", None),
            ("/a b/c", "file:///a%20b/c", None),
        ],
    )
    def test_addresses(self, text: str, url: str, credentials: tuple[str, str] | None) -> None:
        assert as_address(text) == (url, credentials)

    def test_local_paths(self) -> None:
        assert local_path("file:///a%20b/c") == "/a b/c"
        assert local_path("https://a.example/c") is None

    def test_fragments(self) -> None:
        assert split_fragment("x.zip#sha256=AB") == ("x.zip", {"sha256": "ab"})
        assert split_fragment("x.zip#egg=x") == ("x.zip", {})
        assert split_fragment("x.zip") == ("x.zip", {})

    @given(st.text(max_size=30))
    def test_any_link(self, link: str) -> None:
        assert isinstance(join("https://a.example/simple/x/", link), str)


class TestOptions:
    def test_what_is_said_counts_and_lists_grow(self) -> None:
        base = IndexOptions(index_url="a", extra_index_urls=("b",), timeout=3, find_links=("d",))
        joined = IndexOptions(index_url="c", extra_index_urls=("b", "e"), offline=True).over(base)

        assert joined == IndexOptions(
            index_url="c", extra_index_urls=("b", "e"), timeout=3, find_links=("d",), offline=True
        )

    def test_nothing_said_changes_nothing(self) -> None:
        base = IndexOptions(index_url="a", strategy="first", exclude_newer=datetime(2024, 1, 1, tzinfo=UTC), retries=0)
        assert IndexOptions().over(base) == base

    def test_no_index_silences_the_indexes_below(self) -> None:
        joined = IndexOptions(no_index=True).over(IndexOptions(index_url="a", extra_index_urls=("b",)))
        assert (joined.index_url, joined.extra_index_urls, joined.no_index) == (None, (), True)


class TestOnce:
    def test_work_is_done_once_by_whoever_comes_first(self) -> None:
        done: list[str] = []
        workers = Workers(4)
        once: Once[str, int] = Once(workers)

        def work() -> int:
            done.append(threading.current_thread().name)
            time.sleep(0.02)
            return len(done)

        for _ in range(5):
            once.begin("key", work)
        assert [once.result("key", work) for _ in range(5)] == [1] * 5
        assert once.done("key")
        workers.close()

    def test_who_needs_it_does_what_still_waits(self) -> None:
        workers = Workers(1)
        once: Once[str, str] = Once(workers)
        hold = threading.Event()
        once.begin("slow", lambda: str(hold.wait(5)))
        once.begin("needed", lambda: "ahead of time")

        assert once.result("needed", lambda: "now") == "now"
        hold.set()
        assert once.result("slow", lambda: "never") == "True"
        workers.close()

    def test_errors_are_raised_to_everyone(self) -> None:
        workers = Workers(1)
        once: Once[str, str] = Once(workers)

        def fail() -> str:
            raise LookupError("lost")

        once.begin("key", fail)
        for _ in range(2):
            with pytest.raises(LookupError, match="lost"):
                once.result("key", fail)
        workers.close()

    def test_after_the_end_work_is_still_done_for_whoever_needs_it(self) -> None:
        workers = Workers(1)
        workers.close()
        once: Once[str, str] = Once(workers)
        once.begin("key", lambda: "never")
        assert once.result("key", lambda: "now") == "now"
