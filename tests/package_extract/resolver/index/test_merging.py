from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from package_extract.resolver.index.columns import in_memory
from package_extract.resolver.index.encoding import encoded
from package_extract.resolver.index.merging import merged
from package_extract.resolver.source import FileClass, parse_version
from tests.package_extract.resolver.index.listings import BASE, listings

if TYPE_CHECKING:
    from package_extract.resolver.index.listing import ListedFile

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
def test_they_are_one_set_of_files(indexes: list[list[tuple[ListedFile, str | None]]], newest: str | None) -> None:
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
