from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.zip_directory import locate, member, read_directory

CONTENTS = {"a/empty": b"", "a/text": b"text " * 500, "b": bytes(range(256))}


def archive(contents: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as file:
        file.comment = comment
        for name, content in contents.items():
            file.writestr(name, content)
    return packed.getvalue()


def contents_of(data: bytes, tail: int = 1 << 20) -> dict[str, bytes | None]:
    offset, size = locate(data[-tail:], len(data))
    members = read_directory(data[offset : offset + size])
    return {entry.name: member(entry, data[entry.offset :], 1 << 20) for entry in members}


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("comment", [b"", b"a comment", b"x" * 0xFFFF])
def test_all_members(compression: int, comment: bytes) -> None:
    assert contents_of(archive(CONTENTS, compression=compression, comment=comment)) == CONTENTS


def test_the_end_is_enough_to_find_the_directory() -> None:
    data = archive(CONTENTS)
    assert contents_of(data, tail=30) == CONTENTS


def test_zip64(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 100)
    data = archive(CONTENTS)
    assert b"PK\x06\x06" in data
    assert contents_of(data) == CONTENTS


def test_a_member_that_ends_too_early_is_none() -> None:
    data = archive(CONTENTS)
    offset, size = locate(data, len(data))
    entry = list(read_directory(data[offset : offset + size]))[1]
    begin = data[entry.offset : entry.offset + entry.header_size + entry.compressed_size]
    assert member(entry, begin, 1 << 20) == CONTENTS["a/text"]
    assert member(entry, begin[:-1], 1 << 20) is None
    assert member(entry, b"", 1 << 20) is None


def test_a_member_that_is_too_large_is_refused() -> None:
    data = archive({"bomb": bytes(1 << 20)})
    offset, size = locate(data, len(data))
    entry = next(iter(read_directory(data[offset : offset + size])))
    with pytest.raises(FormatError, match="larger than it may be"):
        member(entry, data, 1000)


def test_other_compression_is_refused() -> None:
    with pytest.raises(FormatError, match="unknown method 12"):
        contents_of(archive(CONTENTS, compression=zipfile.ZIP_BZIP2))


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive" * 10])
def test_what_is_no_archive(data: bytes) -> None:
    with pytest.raises(FormatError):
        locate(data, len(data))


@given(st.data())
def test_damage_is_noticed_or_harmless(data: st.DataObject) -> None:
    whole = bytearray(archive(CONTENTS))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = contents_of(bytes(whole))
    except FormatError:
        return
    assert all(content is None or content in CONTENTS.values() for content in found.values())
