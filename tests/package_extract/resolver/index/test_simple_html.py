from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.resolver.index.listing import ListedFile
from package_extract.resolver.index.simple_html import read_html_page

BASE = "https://index.example/simple/demo/"
SHA = "0a" * 32


def only_html(anchor: str) -> ListedFile:
    (listed,) = read_html_page(anchor.encode(), BASE)
    return listed


def test_every_attribute() -> None:
    listed = only_html(
        f"<A class=x HREF='../demo%2B-1.0.zip#sha256={SHA}' data-requires-python='&gt;=3.8' data-yanked=\"a &amp; b\""
        f' data-core-metadata="sha256={SHA}" checked>demo</a>'
    )
    assert listed == ListedFile(
        filename="demo+-1.0.zip",
        url="https://index.example/simple/demo%2B-1.0.zip",
        hashes={"sha256": SHA},
        requires_python=">=3.8",
        yanked="a & b",
        core_metadata={"sha256": SHA},
    )


def test_attributes_without_value() -> None:
    listed = only_html("<a href=demo-1.0.zip data-yanked data-core-metadata=true>")
    assert (listed.yanked, listed.core_metadata, listed.filename) == ("", True, "demo-1.0.zip")


def test_a_sign_that_should_be_escaped() -> None:
    assert only_html('<a data-requires-python=">=3.8" href="x.zip">').requires_python == ">=3.8"


def test_base_comments_and_other_tags() -> None:
    text = (
        '<base href="/files/"><!-- <a href="no.zip"> --><abbr><a\nhref="yes.zip"><a name="x"></abbr><!-- <a href="n">'
    )
    assert [listed.url for listed in read_html_page(text.encode(), BASE)] == ["https://index.example/files/yes.zip"]


def test_only_the_first_base_counts() -> None:
    text = '<base target="_top"><base href="/files/"><base href="/others/"><a href="yes.zip/">'
    (listed,) = read_html_page(text.encode(), BASE)
    assert (listed.filename, listed.url) == ("yes.zip", "https://index.example/files/yes.zip/")


@pytest.mark.parametrize("fragment", ["egg=demo&sha256={}", "sha256={}&egg=demo", "subdirectory=a&sha256={}&x=y"])
def test_a_hash_beside_other_things(fragment: str) -> None:
    anchor = f'<a href="demo-1.0.zip#{html.escape(fragment.format(SHA))}">'
    assert only_html(anchor).hashes == {"sha256": SHA}


def test_the_version_of_the_api() -> None:
    meta = '<meta name="pypi:repository-version" content="%s"><a href="x.zip">'
    assert len(list(read_html_page((meta % "1.9").encode(), BASE))) == 1
    with pytest.raises(FormatError, match="not known"):
        list(read_html_page((meta % "2.0").encode(), BASE))


def test_what_is_no_html() -> None:
    assert list(read_html_page(b"", BASE)) == []
    with pytest.raises(FormatError):
        list(read_html_page(b"404 not found", BASE))


@pytest.mark.parametrize("piece", ["<a <a ", "<a href='", '<a x="', "<!-- ", "<a " + " " * 50, "<a x=&#", "<a =="])
def test_hostile_pages_cost_no_more_than_their_size(piece: str) -> None:
    import time

    start = time.thread_time()
    list(read_html_page((piece * 20000).encode(), BASE))
    assert time.thread_time() - start < 2


@given(st.text(max_size=20), st.text(max_size=20).filter(lambda text: "\r" not in text))
def test_what_is_escaped_comes_back(requires: str, yanked: str) -> None:
    anchor = f'<a href="x.zip" data-requires-python="{html.escape(requires)}" data-yanked="{html.escape(yanked)}">'
    (listed,) = read_html_page(anchor.encode("utf-8", "replace"), BASE)
    if (requires + yanked).isprintable():
        assert (listed.requires_python, listed.yanked) == (requires or None, yanked)


@given(st.binary(max_size=80) | st.text(alphabet="<a href=\"'>!-&#;/bsemt[]:x ", max_size=80).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    try:
        list(read_html_page(data, BASE))
    except FormatError as error:
        assert "\n" not in str(error)  # noqa: PT017
