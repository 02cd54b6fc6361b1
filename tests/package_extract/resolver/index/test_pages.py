from __future__ import annotations

import html
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.resolver.index.columns import Encoded, in_memory
from package_extract.resolver.index.encoding import encoded
from package_extract.resolver.index.listing import ListedFile
from package_extract.resolver.index.merging import merged
from package_extract.resolver.index.simple_html import read_html_page
from package_extract.resolver.index.simple_json import read_json_page
from package_extract.resolver.index.times import day_of, utc_time
from package_extract.resolver.source import DistributionFile, FileClass, parse_version

BASE = "https://index.example/simple/demo/"
SHA = "0a" * 32


def page(*files: object, version: str = "1.1") -> bytes:
    return json.dumps({"meta": {"api-version": version}, "name": "demo", "files": files}).encode()


def encoded_json(**entry: object) -> Encoded:
    listed = read_json_page(page({"filename": "demo-1.0.zip", "url": "demo-1.0.zip", "hashes": {}} | entry))
    return encoded("demo", BASE, listed)


def only_json(**entry: object) -> DistributionFile:
    (file,) = in_memory("demo", "https://index.example/simple", encoded_json(**entry)).files(0)
    return file


def only_html(anchor: str) -> ListedFile:
    (listed,) = read_html_page(anchor.encode(), BASE)
    return listed


class TestJson:
    def test_every_field(self) -> None:
        file = only_json(
            url="https://files.example/demo-1.0.zip",
            hashes={"sha256": SHA.upper(), "unknown": "x"},
            size=12,
            **{"requires-python": ">=3.8", "yanked": "bad", "upload-time": "2024-01-02T03:04:05Z"},
            **{"core-metadata": {"sha256": SHA}},
        )
        assert file == DistributionFile(
            project="demo",
            version="1.0",
            filename="demo-1.0.zip",
            url="https://files.example/demo-1.0.zip",
            hashes={"sha256": SHA},
            size=12,
            requires_python=">=3.8",
            yanked="bad",
            upload_time="2024-01-02T03:04:05.000000Z",
            core_metadata={"sha256": SHA},
            index="https://index.example/simple",
        )

    @pytest.mark.parametrize(
        ("yanked", "expected"), [(True, ""), (False, None), ("", ""), (None, None), ("why", "why")]
    )
    def test_withdrawal(self, yanked: object, expected: str | None) -> None:
        assert only_json(yanked=yanked).yanked == expected

    @pytest.mark.parametrize(
        ("value", "expected"), [(True, True), (False, None), ({}, True), (None, None), ("x", None)]
    )
    @pytest.mark.parametrize("key", ["core-metadata", "data-dist-info-metadata"])
    def test_metadata_under_both_names(self, key: str, value: object, expected: object) -> None:
        assert only_json(**{key: value}).core_metadata == expected

    def test_links_are_relative_to_the_page_and_lose_credentials(self) -> None:
        assert only_json(url="../../f/demo-1.0.zip").url == "https://index.example/f/demo-1.0.zip"
        assert only_json(url="//other.example/x").url == "https://other.example/x"
        assert only_json(url="https://me:secret@other.example/x").url == "https://other.example/x"
        assert b"secret" not in encoded_json(url="https://me:secret@other.example/x").lines

    def test_entries_that_are_none_are_left_out(self) -> None:
        broken = [None, 1, {}, {"filename": 1, "url": "x", "hashes": {}}, {"filename": "x"}, [], "x"]
        assert read_json_page(page(*broken)) == []

    def test_values_of_other_types_are_absent(self) -> None:
        file = only_json(hashes=[], size=True, **{"requires-python": 3, "upload-time": 5, "yanked": [], "new": 1})
        assert (file.hashes, file.size, file.requires_python, file.upload_time, file.yanked) == (
            {},
            None,
            None,
            None,
            None,
        )

    @pytest.mark.parametrize("version", ["2.0", "10.1", ""])
    def test_another_major_version(self, version: str) -> None:
        with pytest.raises(FormatError, match="not known"):
            read_json_page(page(version=version))

    @given(st.binary(max_size=60) | st.text(alphabet='{}[]":,metafils01 \\', max_size=60).map(str.encode))
    def test_any_bytes(self, data: bytes) -> None:
        try:
            read_json_page(data)
        except FormatError as error:
            assert "\n" not in str(error)  # noqa: PT017

    def test_nesting_without_end(self) -> None:
        with pytest.raises(FormatError):
            read_json_page(b'{"meta":{"api-version":"1.0"},"files":' + b"[" * 100000)


class TestHtml:
    def test_every_attribute(self) -> None:
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

    def test_attributes_without_value(self) -> None:
        listed = only_html("<a href=demo-1.0.zip data-yanked data-core-metadata=true>")
        assert (listed.yanked, listed.core_metadata, listed.filename) == ("", True, "demo-1.0.zip")

    def test_a_sign_that_should_be_escaped(self) -> None:
        assert only_html('<a data-requires-python=">=3.8" href="x.zip">').requires_python == ">=3.8"

    def test_base_comments_and_other_tags(self) -> None:
        text = '<base href="/files/"><!-- <a href="no.zip"> --><abbr><a\nhref="yes.zip"><a name="x"></abbr><!-- <a href="n">'
        assert [listed.url for listed in read_html_page(text.encode(), BASE)] == ["https://index.example/files/yes.zip"]

    def test_the_version_of_the_api(self) -> None:
        meta = '<meta name="pypi:repository-version" content="%s"><a href="x.zip">'
        assert len(list(read_html_page((meta % "1.9").encode(), BASE))) == 1
        with pytest.raises(FormatError, match="not known"):
            list(read_html_page((meta % "2.0").encode(), BASE))

    def test_what_is_no_html(self) -> None:
        assert list(read_html_page(b"", BASE)) == []
        with pytest.raises(FormatError):
            list(read_html_page(b"404 not found", BASE))

    @pytest.mark.parametrize("piece", ["<a <a ", "<a href='", '<a x="', "<!-- ", "<a " + " " * 50, "<a x=&#", "<a =="])
    def test_hostile_pages_cost_no_more_than_their_size(self, piece: str) -> None:
        import time

        start = time.thread_time()
        list(read_html_page((piece * 20000).encode(), BASE))
        assert time.thread_time() - start < 2

    @given(st.text(max_size=20), st.text(max_size=20).filter(lambda text: "\r" not in text))
    def test_what_is_escaped_comes_back(self, requires: str, yanked: str) -> None:
        anchor = f'<a href="x.zip" data-requires-python="{html.escape(requires)}" data-yanked="{html.escape(yanked)}">'
        (listed,) = read_html_page(anchor.encode("utf-8", "replace"), BASE)
        if (requires + yanked).isprintable():
            assert (listed.requires_python, listed.yanked) == (requires or None, yanked)

    @given(st.binary(max_size=80) | st.text(alphabet="<a href=\"'>!-&#;/bsemt[]:x ", max_size=80).map(str.encode))
    def test_any_bytes(self, data: bytes) -> None:
        try:
            list(read_html_page(data, BASE))
        except FormatError as error:
            assert "\n" not in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-02T03:04:05.678901Z", "2024-01-02T03:04:05.678901Z"),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05.000000Z"),
        ("2024-01-02T03:04:05+02:00", "2024-01-02T01:04:05.000000Z"),
        ("2024-01-02T03:04:05", "2024-01-02T03:04:05.000000Z"),
        ("yesterday", None),
        ("0001-01-01T00:00:00+23:00", None),
        (7, None),
    ],
)
def test_times(text: object, expected: str | None) -> None:
    assert utc_time(text) == expected
    if not isinstance(text, int):
        assert day_of(text) == (expected[:10] if expected else "9999-99-99")


names = st.builds(
    "demo-{}{}".format,
    st.sampled_from(["1.0", "1.0.0", "1.0a1", "2", "1!0", "0.9.post1", "1.0+x", "bad"]),
    st.sampled_from(["-py3-none-any.whl", "-cp311-cp311-linux_x86_64.whl", ".tar.gz", ".exe", "-1-py3-none-any.whl"]),
)
listings = st.builds(
    ListedFile,
    filename=names,
    url=st.just("https://x.example/f"),
    hashes=st.sampled_from([{}, {"sha256": SHA}, {"md5": "00"}, {"md5": "00", "sha256": SHA}]),
    size=st.none() | st.integers(0, 1 << 40),
    requires_python=st.none() | st.text(max_size=5),
    yanked=st.booleans() | st.none() | st.text(max_size=5),
    upload_time=st.just("2024-01-02T03:04:05.678901Z") | st.none(),
    core_metadata=st.none() | st.just(True) | st.just({"sha256": SHA}),
)


@given(st.lists(listings, max_size=12))
def test_columns_keep_every_file_in_the_order_of_versions(listed: list[ListedFile]) -> None:
    columns = in_memory("demo", "https://x.example", encoded("demo", BASE, listed))
    files = [columns.files(position) for position in range(len(columns.versions))]
    versions = [parse_version(text) for text in columns.versions]

    assert versions == sorted(set(versions))
    expected = [each for each in listed if "bad" not in each.filename and not each.filename.endswith(".exe")]
    kept = [file for of_version in files for file in of_version]
    assert sorted(map(repr, map(facts_of, kept))) == sorted(map(repr, map(facts_listed, expected)))
    for position, of_version in enumerate(files):
        shape = columns.shapes[columns.shape_of[position]]
        classes = [FileClass(file.tag_set, file.requires_python, file.yanked is not None) for file in of_version]
        assert [columns.classes[each] for each in shape] == classes
        assert {file.parsed_version for file in of_version} == {versions[position]}


def facts_of(file: DistributionFile) -> tuple[object, ...]:
    return (
        file.filename,
        file.hashes,
        file.size,
        file.requires_python,
        file.yanked,
        file.upload_time,
        file.core_metadata,
    )


def facts_listed(file: ListedFile) -> tuple[object, ...]:
    yanked = {True: "", False: None}[file.yanked] if isinstance(file.yanked, bool) else file.yanked
    requires = file.requires_python or None
    return (file.filename, file.hashes, file.size, requires, yanked, file.upload_time, file.core_metadata)


@given(st.binary(max_size=200), st.integers(0, 400), st.tuples(st.booleans(), st.booleans()))
def test_damaged_columns_are_noticed(noise: bytes, at: int, damaged: tuple[bool, bool]) -> None:
    data = encoded("demo", BASE, [ListedFile("demo-1.0.zip", "https://x.example/f", {})])
    header, lines = (part[: at % len(part)] + noise if cut else part for part, cut in zip(data, damaged, strict=True))
    try:
        columns = in_memory("demo", "x", Encoded(header, lines))
        for position in range(len(columns.versions)):
            columns.files(position)
    except FormatError as error:
        assert "\n" not in str(error)  # noqa: PT017


class TestSeveralPages:
    TIMES = st.sampled_from(
        [
            None,
            "2023-12-31T23:59:59.999999Z",
            "2024-01-01T00:00:00.000000Z",
            "2024-01-01T10:00:00.000000Z",
            "2025-01-01T00:00:00.000000Z",
        ]
    )

    @given(
        st.lists(st.lists(st.tuples(listings, TIMES), max_size=6), min_size=1, max_size=3),
        st.none() | st.just("2024-01-01T05:00:00.000000Z"),
    )
    def test_they_are_one_set_of_files(
        self, indexes: list[list[tuple[ListedFile, str | None]]], newest: str | None
    ) -> None:
        """Against the plain way: all files, the first of each name, those that are old enough."""
        parts = []
        expected: dict[object, dict[str, str]] = {}
        for number, listed in enumerate(indexes):
            unique = {file.filename: msgspec.structs.replace(file, upload_time=time) for file, time in listed}
            columns = in_memory("demo", f"https://{number}.example", encoded("demo", BASE, unique.values()))
            parts.append(columns)
            for position, text in enumerate(columns.versions):
                of_version = expected.setdefault(parse_version(text), {})
                for file in columns.files(position):
                    if newest is None or (file.upload_time is not None and file.upload_time <= newest):
                        of_version.setdefault(file.filename, file.index)

        page = merged("demo", parts, newest)

        assert [page.version(at) for at in range(len(page.versions))] == sorted(expected)  # type: ignore[type-var]
        for at in range(len(page.versions)):
            files = page.files(at)
            assert {file.filename: file.index for file in files} == expected[page.version(at)]
            classes = [FileClass(file.tag_set, file.requires_python, file.yanked is not None) for file in files]
            assert [page.classes[each] for each in page.shapes[page.shape_of[at]]] == classes
