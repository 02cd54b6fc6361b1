from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from package_extract.resolver.index.cache import Cache
from package_extract.resolver.index.columns import Encoded

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import sys
from package_extract.resolver.index.cache import Cache
from package_extract.resolver.index.columns import Encoded
for turn in range(20):
    cache = Cache(sys.argv[1])
    for number in range(5):
        lines = str(turn).encode() * 5000
        cache.keep_page(f"page {number}", "etag", None, 1e12, Encoded(str(turn).encode(), lines))
    cache.keep_fact("kind/1", f"{sys.argv[2]} {turn}", b"fact")
    cache.close()
"""


def test_processes_write_at_once_and_a_reader_sees_whole_pages(tmp_path: Path) -> None:
    Cache(str(tmp_path)).close()
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*command, name]) for name in ("one", "two", "three")]
    seen = 0
    while any(writer.poll() is None for writer in writers):
        cache = Cache(str(tmp_path))
        for number in range(5):
            page = cache.page(f"page {number}")
            if page is not None and page.header is not None:
                seen += 1
                length = len(page.header) * 5000
                assert page.lines(0, length) == page.header * 5000
                assert page.lines(length - 3, length) == (page.header * 3)[-3:]
        cache.close()

    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert seen
    cache = Cache(str(tmp_path))
    kept = [cache.fact("kind/1", f"{name} {turn}") for name in ("one", "two", "three") for turn in range(20)]
    cache.close()
    assert kept == [b"fact"] * 60


def test_what_was_read_stays_while_others_write(tmp_path: Path) -> None:
    first = Cache(str(tmp_path))
    first.keep_page("page", None, None, 1.0, Encoded(b"old", b"old lines"))
    first.close()
    reader = Cache(str(tmp_path))
    page = reader.page("page")
    assert page is not None
    writer = Cache(str(tmp_path))
    writer.keep_page("page", None, None, 2.0, Encoded(b"new", b"new lines"))
    writer.close()

    assert page.lines(0, 9) == b"old lines"
    reader.close()
    assert page.lines(0, 9) == b""


def test_a_page_that_is_not_there_is_kept_too(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.keep_page("page", None, None, 5.0, None)
    cache.close()
    cache = Cache(str(tmp_path))
    page = cache.page("page")
    assert page is not None
    assert (page.header, page.fresh_until) == (None, 5.0)
    cache.close()


def test_a_directory_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(str(tmp_path / "file"))
    cache.keep_fact("kind/1", "key", b"fact")
    assert cache.fact("kind/1", "key") is None
    cache.close()


def test_without_a_directory_nothing_is_kept() -> None:
    cache = Cache(None)
    cache.keep_fact("kind/1", "key", b"fact")
    assert cache.fact("kind/1", "key") is None
    cache.close()
