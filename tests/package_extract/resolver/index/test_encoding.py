from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.resolver.index.columns import Encoded, in_memory
from package_extract.resolver.index.encoding import encoded
from package_extract.resolver.index.listing import ListedFile
from package_extract.resolver.source import DistributionFile, FileClass, parse_version
from tests.package_extract.resolver.index.listings import BASE, listings


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


def test_when_a_version_was_uploaded() -> None:
    def file(name: str, time: str | None) -> ListedFile:
        return ListedFile(name, "https://x.example/f", {"sha256": '"upload-time":"2000-01-01"'}, upload_time=time)

    early, late = "2024-01-01T00:00:00.000000Z", "2024-03-01T00:00:00.000000Z"
    listed = [file("demo-1.0.tar.gz", early), file("demo-1.0-py3-none-any.whl", late)]
    listed += [
        file("demo-2.0.tar.gz", late),
        file("demo-3.0.tar.gz", "2024-01-01T00:00:00Z"),
        file("demo-4.0.zip", None),
    ]
    columns = in_memory("demo", "https://x.example", encoded("demo", BASE, listed))

    told = {
        time: [columns.uploaded_before(position, time) for position in range(4)]
        for time in ("2023-12-31T23:59:59.999999Z", "2024-02-01T00:00:00.000000Z", "2024-03-01T00:00:00.000001Z")
    }
    assert list(told.values()) == [[False, False, None, None], [None, False, None, None], [True, True, None, None]]
    assert columns.uploaded_before(1, late) is None
