from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from package_extract.errors import LimitExceeded, PackageExtractError
from package_extract.resolver.errors import (
    CorruptDistribution,
    CorruptPage,
    HashMismatch,
    IndexAccessDenied,
    IndexUnreachable,
    Offline,
    UnknownProject,
)
from package_extract.resolver.index import IndexOptions, open_source
from package_extract.resolver.source import FileClass
from tests.integration.index_server import FULL, HTML, PLAIN, Abilities, Fault, HostedDistributions, IndexServer
from tests.integration.wheels import Distribution, make_sdist, make_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from package_extract.resolver.source import DistributionFile, ProjectPage, Source

pytestmark = pytest.mark.integration

DEMO = make_wheel(
    "demo",
    "1.0",
    ["other>=2; python_version < '3.9'", "third[fast]~=1.0"],
    requires_python=">=3.8",
    extras=["speed"],
)
PADDING = {"demo/data.bin": bytes(range(256)) * 2048}


def file_of(page: ProjectPage, filename: str) -> DistributionFile:
    files = [file for position in range(len(page.versions)) for file in page.files(position)]
    return next(file for file in files if file.filename == filename)


def read_all(source: Source) -> None:
    file = only_file(source, "demo")
    source.metadata(file)
    source.download(file, 1 << 20)


def only_file(source: Source, name: str) -> DistributionFile:
    page = source.project(name)
    assert len(page.versions) == 1
    (file,) = page.files(0)
    return file


@pytest.mark.parametrize("abilities", [FULL, PLAIN, HTML], ids=["full", "plain", "html"])
def test_every_kind_of_index_gives_the_same_answers(abilities: Abilities) -> None:
    hosted = [
        DEMO,
        make_wheel("demo", "1.0.post1", tag="cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64"),
        make_wheel("demo", "0.9", yanked="broken & bad"),
        make_wheel("demo", "1.10"),
        make_sdist("demo", "1.9", requires_python=">=3.6,<4"),
        make_sdist("demo", "1.0"),
    ]
    with IndexServer(hosted, abilities) as server, open_source(IndexOptions(index_url=server.url)) as source:
        page = source.project("Demo")
        metadata = source.metadata(file_of(page, DEMO.filename))

    assert page.versions == ["0.9", "1.0", "1.0.post1", "1.9", "1.10"]
    assert [[page.classes[kind] for kind in page.shapes[shape]] for shape in page.shape_of] == [
        [FileClass("py3-none-any", None, True)],
        [FileClass("py3-none-any", ">=3.8", False), FileClass(None, None, False)],
        [FileClass("cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64", None, False)],
        [FileClass(None, ">=3.6,<4", False)],
        [FileClass("py3-none-any", None, False)],
    ]
    assert page.files(0)[0].yanked == "broken & bad"
    assert file_of(page, DEMO.filename).sha256 == DEMO.sha256
    assert page.indexes == [server.url]
    assert (metadata.name, metadata.version, metadata.requires_python) == ("demo", "1.0", ">=3.8")
    assert metadata.requires_dist == ("other>=2; python_version < '3.9'", "third[fast]~=1.0")
    assert metadata.provides_extra == ("speed",)


@pytest.mark.parametrize(
    ("abilities", "asked"),
    [
        (FULL, [".whl.metadata"]),
        (PLAIN, [".whl.metadata"]),
        (Abilities(announces_metadata=False, metadata_files=False), [".whl.metadata", ".whl"]),
        (HTML, [".whl.metadata", ".whl", ".whl"]),
    ],
    ids=["announced", "unannounced", "ranges", "whole"],
)
def test_metadata_comes_from_the_cheapest_place(abilities: Abilities, asked: list[str]) -> None:
    with IndexServer([DEMO], abilities) as server, open_source(IndexOptions(index_url=server.url)) as source:
        file = only_file(source, "demo")
        source.metadata(file)

    assert [path.removeprefix("/files/demo-1.0-py3-none-any") for path in server.paths[1:]] == asked


def test_what_a_host_cannot_do_is_not_tried_for_ever() -> None:
    wheels = [make_wheel(f"demo{number}", "1.0") for number in range(30)]
    with IndexServer(wheels, HTML) as server, open_source(IndexOptions(index_url=server.url)) as source:
        for number in range(30):
            source.metadata(only_file(source, f"demo{number}"))

    assert sum(path.endswith(".metadata") for path in server.paths) < 8
    assert sum("range" in request.headers for request in server.requests) == 1


def test_metadata_at_the_front_of_a_large_wheel_is_read_by_pieces() -> None:
    from tests.integration.wheels import _zipped

    stem = "demo-1.0.dist-info"
    members = {
        f"{stem}/METADATA": b"Name: demo\nVersion: 1.0\nRequires-Dist: other\n",
        "demo/noise": random_bytes(1 << 20),
    }
    wheel = Distribution("demo", "demo-1.0-py3-none-any.whl", _zipped(members))
    abilities = Abilities(metadata_files=False)
    with IndexServer([wheel], abilities) as server, open_source(IndexOptions(index_url=server.url)) as source:
        assert source.metadata(only_file(source, "demo")).requires_dist == ("other",)

        assert source.traffic.received < 128 << 10


def random_bytes(count: int) -> bytes:
    import random

    return random.Random(1).randbytes(count)


def test_a_second_run_asks_nothing_while_pages_are_fresh(tmp_path: Path) -> None:
    with IndexServer([DEMO], FULL) as server:
        options = IndexOptions(index_url=server.url, cache_dir=str(tmp_path))
        for _ in range(2):
            with open_source(options) as source:
                source.metadata(only_file(source, "demo"))
                with pytest.raises(UnknownProject):
                    source.project("unknown")

    assert server.paths == ["/simple/demo/", "/files/demo-1.0-py3-none-any.whl.metadata", "/simple/unknown/"]


def test_a_stale_page_is_asked_for_again_by_its_etag(tmp_path: Path) -> None:
    with IndexServer([DEMO], Abilities(cache_control="no-cache")) as server:
        options = IndexOptions(index_url=server.url, cache_dir=str(tmp_path))
        for _ in range(2):
            with open_source(options) as source:
                assert source.project("demo").versions == ["1.0"]
        assert "if-none-match" in server.requests[1].headers
        received = source.traffic.received

        server.catalogue = HostedDistributions([make_wheel("demo", "2.0")])
        server.forget_pages()
        with open_source(options) as source:
            assert source.project("demo").versions == ["2.0"]

    assert received == 0


def test_offline_uses_what_was_kept_and_names_what_is_not(tmp_path: Path) -> None:
    with IndexServer([DEMO, make_wheel("other", "1.0")], Abilities(cache_control="max-age=0")) as server:
        options = IndexOptions(index_url=server.url, cache_dir=str(tmp_path))
        with open_source(options) as source:
            kept = source.metadata(only_file(source, "demo"))
    offline = IndexOptions(index_url=server.url, cache_dir=str(tmp_path), offline=True)
    with open_source(offline) as source:
        assert source.metadata(only_file(source, "demo")) == kept
        with pytest.raises(Offline, match="other"):
            source.project("other")


@pytest.mark.parametrize("damage", [b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_cache_is_replaced(tmp_path: Path, damage: bytes) -> None:
    with IndexServer([DEMO]) as server:
        options = IndexOptions(index_url=server.url, cache_dir=str(tmp_path))
        for _ in range(2):
            with open_source(options) as source:
                assert source.project("demo").versions == ["1.0"]
        (database,) = tmp_path.glob("*.sqlite")
        database.write_bytes(damage)
        for _ in range(2):
            with open_source(options) as source:
                assert source.project("demo").versions == ["1.0"]

    assert server.paths == ["/simple/demo/"] * 2


def test_a_page_of_damaged_columns_is_asked_for_again(tmp_path: Path) -> None:
    import sqlite3

    with IndexServer([DEMO]) as server:
        options = IndexOptions(index_url=server.url, cache_dir=str(tmp_path))
        with open_source(options) as source:
            source.project("demo")
        (database,) = tmp_path.glob("*.sqlite")
        connection = sqlite3.connect(database)
        with connection:
            connection.execute("UPDATE pages SET header = ?", (b"[1, 2",))
        connection.close()
        with open_source(options) as source:
            assert source.project("demo").versions == ["1.0"]


def test_many_threads_get_one_answer() -> None:
    with IndexServer([DEMO], latency=0.02) as server, open_source(IndexOptions(index_url=server.url)) as source:
        pages: list[ProjectPage] = []
        source.prefetch(["demo", "Demo"])
        threads = [threading.Thread(target=lambda: pages.append(source.project("demo"))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len({id(page) for page in pages}) == 1
    assert server.paths == ["/simple/demo/"]


def test_what_was_begun_becomes_ready() -> None:
    with IndexServer([DEMO]) as server, open_source(IndexOptions(index_url=server.url)) as source:
        assert not source.ready("demo")
        source.prefetch(["demo", "unknown"])
        file = only_file(source, "demo")
        assert source.ready("demo")
        assert not source.metadata_ready(file)
        source.prefetch_metadata([file])
        source.metadata(file)
        assert source.metadata_ready(file)
        with pytest.raises(UnknownProject, match=r"'unknown'.*check the spelling"):
            source.project("unknown")


def test_ahead_of_time_pages_come_at_once() -> None:
    import time

    wheels = [make_wheel(f"demo{number}", "1.0") for number in range(12)]
    names = [wheel.project for wheel in wheels]
    with IndexServer(wheels, latency=0.3) as server, open_source(IndexOptions(index_url=server.url)) as source:
        start = time.monotonic()
        source.prefetch(names)
        for name in names:
            source.project(name)
        assert time.monotonic() - start < 2.5


def test_files_uploaded_later_do_not_exist() -> None:
    hosted = [
        make_wheel("demo", "1.0", upload_time="2023-12-31T23:59:59.5Z"),
        make_wheel("demo", "1.1", upload_time="2024-01-01T00:00:00.5Z"),
        make_wheel("demo", "1.2", upload_time=None),
    ]
    with IndexServer(hosted) as server:
        options = IndexOptions(index_url=server.url, exclude_newer=datetime(2024, 1, 1, tzinfo=UTC))
        with open_source(options) as source:
            page = source.project("demo")

    assert page.versions == ["1.0", "1.1", "1.2"]
    assert [len(page.files(position)) for position in range(3)] == [1, 0, 0]
    assert [page.shapes[shape] for shape in page.shape_of] == [(0,), (), ()]


class TestSeveralPlaces:
    def test_all_indexes_are_one_set_of_files_and_the_first_one_counts(self) -> None:
        near = [make_wheel("demo", "1.0", files={"near.py": b""}), make_wheel("demo", "3.0")]
        far = [make_wheel("demo", "1.0.0"), make_wheel("demo", "1.0", files={"far.py": b""}), make_wheel("demo", "2.0")]
        with IndexServer(near) as first, IndexServer(far) as second:
            options = IndexOptions(index_url=first.url, extra_index_urls=(second.url,))
            with open_source(options) as source:
                page = source.project("demo")

        assert page.versions == ["1.0", "2.0", "3.0"]
        assert [file.filename for file in page.files(0)] == ["demo-1.0-py3-none-any.whl", "demo-1.0.0-py3-none-any.whl"]
        assert page.files(0)[0].sha256 == near[0].sha256
        assert page.indexes == [first.url, second.url]
        assert [page.files(1)[0].index, page.files(2)[0].index] == [second.url, first.url]

    def test_with_first_a_private_name_is_not_shadowed(self) -> None:
        with IndexServer([make_wheel("demo", "1.0")]) as private:
            with IndexServer([make_wheel("demo", "99"), make_wheel("other", "1.0")]) as public:
                options = IndexOptions(index_url=public.url, extra_index_urls=(private.url,), strategy="first")
                with open_source(options) as source:
                    assert source.project("demo").versions == ["1.0"]
                    assert source.project("other").versions == ["1.0"]

            assert public.paths == ["/simple/other/"]

    def test_a_scope_is_looked_for_in_one_place_only(self) -> None:
        with (
            IndexServer([make_wheel("acme-demo", "1.0")]) as private,
            IndexServer([make_wheel("acme-demo", "2")]) as public,
        ):
            options = IndexOptions(index_url=public.url, scopes=(("acme-*", private.url),))
            with open_source(options) as source:
                assert source.project("Acme_Demo").versions == ["1.0"]
                with pytest.raises(UnknownProject, match="the index " + private.url):
                    source.project("acme-other")

            assert public.paths == []

    def test_links_to_a_directory_and_to_a_page(self, tmp_path: Path) -> None:
        (tmp_path / DEMO.filename).write_bytes(DEMO.content)
        (tmp_path / "readme.txt").write_text("no distribution")
        other = make_wheel("other", "1.0")
        with IndexServer([other], HTML) as server:
            links = (str(tmp_path), f"{server.url}/other/")
            with open_source(IndexOptions(no_index=True, find_links=links)) as source:
                assert source.metadata(only_file(source, "demo")).version == "1.0"
                assert only_file(source, "other").sha256 == other.sha256
                with pytest.raises(UnknownProject, match="any of file://"):
                    source.project("third")

    def test_an_index_in_a_directory(self, tmp_path: Path) -> None:
        (tmp_path / "simple/demo").mkdir(parents=True)
        (tmp_path / "files").mkdir()
        (tmp_path / "files" / DEMO.filename).write_bytes(DEMO.content)
        (tmp_path / "simple/demo/index.html").write_text(
            f'<!-- <a href="nothing-1.0.tar.gz"> --><a href="../../files/{DEMO.filename}#sha256={DEMO.sha256}">x</a>'
        )
        with open_source(IndexOptions(index_url=f"file://{tmp_path}/simple", offline=True)) as source:
            file = only_file(source, "demo")
            assert source.metadata(file).requires_python == ">=3.8"
            assert source.download(file, 1 << 20) == DEMO.content
            assert source.read_range(file, 0, 4) == b"PK\x03\x04"
            with pytest.raises(UnknownProject):
                source.project("other")


class TestFiles:
    def test_pieces_of_a_file(self) -> None:
        wheel = make_wheel("demo", "1.0", files=PADDING)
        with IndexServer([wheel]) as server, open_source(IndexOptions(index_url=server.url)) as source:
            file = only_file(source, "demo")
            assert source.read_range(file, 10, 20) == wheel.content[10:30]
            assert source.read_range(file, len(wheel.content) - 5, 20) == wheel.content[-5:]
            assert source.file_size(file) == len(wheel.content)

    def test_the_size_is_asked_for_where_the_page_does_not_tell(self) -> None:
        abilities = Abilities(json=False)
        with IndexServer([DEMO], abilities) as server, open_source(IndexOptions(index_url=server.url)) as source:
            assert source.file_size(only_file(source, "demo")) == len(DEMO.content)

    def test_a_file_that_is_too_large_is_not_read(self) -> None:
        with (
            IndexServer([DEMO]) as server,
            open_source(IndexOptions(index_url=server.url)) as source,
            pytest.raises(LimitExceeded, match=r"demo-1\.0"),
        ):
            source.download(only_file(source, "demo"), 100)
        assert server.paths == ["/simple/demo/"]

    def test_facts_are_kept(self, tmp_path: Path) -> None:
        options = IndexOptions(no_index=True, cache_dir=str(tmp_path))
        with open_source(options) as source:
            source.keep("elf/1", "abc", b"needs")
        with open_source(options) as source:
            assert source.recall("elf/1", "abc") == b"needs"
            assert source.recall("elf/2", "abc") is None


class TestFaults:
    PAGE = "/simple/demo/"
    FILE = f"/files/{DEMO.filename}"

    def failing(
        self, path: str, fault: Fault, abilities: Abilities = FULL, timeout: float = 0.5
    ) -> PackageExtractError:
        with IndexServer([DEMO], abilities, faults={path: fault}) as server:
            options = IndexOptions(index_url=server.url, timeout=timeout, retries=1)
            with open_source(options) as source, pytest.raises(PackageExtractError) as raised:
                read_all(source)
        assert "\n" not in str(raised.value)
        return raised.value

    @pytest.mark.parametrize("status", [500, 502, 503, 429])
    def test_one_error_of_the_server_is_none(self, status: int) -> None:
        with (
            IndexServer([DEMO], faults={self.PAGE: Fault(status, times=1)}) as server,
            open_source(IndexOptions(index_url=server.url)) as source,
        ):
            assert source.project("demo").versions == ["1.0"]
        assert len(server.requests) == 2

    def test_a_server_that_wants_a_pause_gets_it(self) -> None:
        import time

        start = time.monotonic()
        fault = Fault(429, headers=(("Retry-After", "1"),), times=1)
        with (
            IndexServer([DEMO], faults={self.PAGE: fault}) as server,
            open_source(IndexOptions(index_url=server.url)) as s,
        ):
            s.project("demo")
        assert time.monotonic() - start >= 1

    def test_errors_without_end(self) -> None:
        error = self.failing(self.PAGE, Fault(500))
        assert isinstance(error, IndexUnreachable)
        assert "error 500" in str(error)

    def test_a_connection_that_breaks_off_once(self) -> None:
        with (
            IndexServer([DEMO], faults={self.PAGE: Fault(cut_after=10, times=1)}) as server,
            open_source(IndexOptions(index_url=server.url)) as source,
        ):
            assert source.project("demo").versions == ["1.0"]

    def test_a_connection_that_always_breaks_off(self) -> None:
        assert isinstance(self.failing(self.PAGE, Fault(cut_after=10)), IndexUnreachable)

    def test_silence(self) -> None:
        error = self.failing(self.PAGE, Fault(silent_for=2), timeout=0.2)
        assert isinstance(error, IndexUnreachable)
        assert "no answer in time" in str(error)

    def test_nobody_there(self) -> None:
        options = IndexOptions(index_url="http://127.0.0.1:1/simple", retries=0)
        with open_source(options) as source, pytest.raises(IndexUnreachable, match="connection refused"):
            source.project("demo")

    def test_a_dripping_page_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("package_extract.resolver.index.transport._LONGEST_TRANSFER", 0.3)
        error = self.failing(self.PAGE, Fault(seconds_per_byte=0.02))
        assert isinstance(error, IndexUnreachable)
        assert "too slow" in str(error)

    def test_a_huge_page_is_not_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("package_extract.resolver.index.simple_index.LARGEST_PAGE", 100)
        assert isinstance(self.failing(self.PAGE, Fault(200, body=b"<a href=x>" * 100)), LimitExceeded)

    @pytest.mark.parametrize("body", [b"garbage", b"{", b"[]", b'{"meta": {"api-version": "2.0"}, "files": []}'])
    def test_garbled_pages(self, body: bytes) -> None:
        headers = (("Content-Type", "application/vnd.pypi.simple.v1+json"),)
        assert isinstance(self.failing(self.PAGE, Fault(200, headers=headers, body=body)), CorruptPage)

    def test_a_page_that_is_no_page(self) -> None:
        error = self.failing(self.PAGE, Fault(200, headers=(("Content-Type", "image/png"),), body=b"\x89PNG"))
        assert isinstance(error, CorruptPage)
        assert error.exit_code == 5

    def test_metadata_of_a_wrong_hash(self) -> None:
        error = self.failing(self.FILE + ".metadata", Fault(200, body=b"Name: demo\nVersion: 1.0\n"))
        assert isinstance(error, HashMismatch)

    def test_a_file_of_a_wrong_hash(self) -> None:
        assert isinstance(self.failing(self.FILE, Fault(200, body=b"other bytes")), HashMismatch)

    def test_a_file_that_is_not_there(self) -> None:
        error = self.failing(self.FILE, Fault(404))
        assert "is not there" in str(error)

    @pytest.mark.parametrize(
        "content",
        [b"no archive", DEMO.content[:100], b"", make_wheel("liar", "1.0").content, make_wheel("demo", "2.0").content],
        ids=["garbage", "cut", "empty", "other-name", "other-version"],
    )
    def test_wheels_without_honest_metadata(self, content: bytes) -> None:
        wheel = Distribution("demo", DEMO.filename, content)
        for abilities in (PLAIN, HTML):
            with (
                IndexServer([wheel], abilities) as server,
                open_source(IndexOptions(index_url=server.url)) as source,
                pytest.raises(CorruptDistribution, match=r"demo-1\.0-py3-none-any\.whl"),
            ):
                source.metadata(only_file(source, "demo"))


class TestAccess:
    def test_credentials_in_the_url_go_to_that_server_only_and_show_nowhere(self) -> None:
        with IndexServer([DEMO], login=("me", "s3cret/")) as server:
            url = server.url.replace("http://", "http://me:s3cret%2F@")
            with open_source(IndexOptions(index_url=url)) as source:
                file = only_file(source, "demo")
                source.metadata(file)
                assert "s3cret" not in f"{file} {source.project('demo').indexes}"
            wrong = url.replace("s3cret", "s3kret")
            with open_source(IndexOptions(index_url=wrong)) as source, pytest.raises(IndexAccessDenied) as raised:
                source.project("demo")

        assert "s3" not in str(raised.value)
        assert raised.value.exit_code == 4

    def test_credentials_in_netrc(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password s3cret\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        with (
            IndexServer([DEMO], login=("me", "s3cret")) as server,
            open_source(IndexOptions(index_url=server.url)) as source,
        ):
            assert source.project("demo").versions == ["1.0"]

    def test_a_redirect_does_not_take_credentials_along(self) -> None:
        with IndexServer([DEMO]) as other:
            moved = Fault(302, headers=(("Location", other.url + "/demo/"),))
            with IndexServer([], faults={"/simple/demo/": moved}) as server:
                url = server.url.replace("http://", "http://me:s3cret@")
                with open_source(IndexOptions(index_url=url)) as source:
                    assert source.project("demo").versions == ["1.0"]
            assert "authorization" in server.requests[0].headers
            assert "authorization" not in other.requests[0].headers

    def test_redirects_without_end(self) -> None:
        with IndexServer([]) as server:
            server.faults["/simple/demo/"] = Fault(302, headers=(("Location", server.url + "/demo/"),))
            with (
                open_source(IndexOptions(index_url=server.url)) as source,
                pytest.raises(IndexUnreachable, match="redirects without end"),
            ):
                source.project("demo")

    def test_a_redirect_to_no_address(self) -> None:
        moved = Fault(302, headers=(("Location", "http://[::bad"),))
        with (
            IndexServer([], faults={"/simple/demo/": moved}) as server,
            open_source(IndexOptions(index_url=server.url)) as source,
            pytest.raises(IndexUnreachable, match="which is no address"),
        ):
            source.project("demo")

    def test_an_address_without_encryption_is_refused(self) -> None:
        with (
            open_source(IndexOptions(index_url="http://index.invalid/simple")) as source,
            pytest.raises(IndexUnreachable, match="is not secure"),
        ):
            source.project("demo")

    @pytest.mark.parametrize("name", ["../demo", "", "a/b", "a b", "ä"])
    def test_what_is_no_name_is_not_asked_for(self, name: str) -> None:
        with (
            IndexServer([DEMO]) as server,
            open_source(IndexOptions(index_url=server.url)) as source,
            pytest.raises(UnknownProject),
        ):
            source.project(name)
        assert server.paths == []
