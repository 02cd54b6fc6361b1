import contextlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from package_extract.errors import FormatError
from package_extract.formats.zip_members import read_members

NAMES = frozenset({"EGG-INFO/PKG-INFO", "EGG-INFO/requires.txt"})


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as written:
        for name, content in members.items():
            written.writestr(name, content)
        written.comment = b"a comment"
    return buffer.getvalue()


@given(
    st.dictionaries(st.sampled_from([*sorted(NAMES), "code.py", "é.py"]), st.binary(max_size=2000)),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
    st.binary(max_size=30),
)
def test_what_zipfile_writes_is_read(members: dict[str, bytes], method: int, before: bytes) -> None:
    expected = {name: content for name, content in members.items() if name in NAMES}
    assert read_members(before + archive(members, method), NAMES) == expected


@settings(max_examples=300)
@given(st.data())
def test_damage_gives_a_format_error_or_bounded_content(data: st.DataObject) -> None:
    damaged = bytearray(archive({"EGG-INFO/PKG-INFO": b"Name: a\n" * 100, "code.py": b"pass"}))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FormatError):
        found = read_members(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]), NAMES, 500)
        assert all(len(content) <= 500 for content in found.values())


def test_a_bomb_is_cut_at_the_limit() -> None:
    bomb = archive({"EGG-INFO/PKG-INFO": bytes(50_000_000)})
    assert len(bomb) < 100_000
    assert read_members(bomb, NAMES, 1000) == {"EGG-INFO/PKG-INFO": bytes(1000)}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18, b"x" * 100])
def test_what_is_no_archive_is_a_format_error(data: bytes) -> None:
    with pytest.raises(FormatError, match="damaged"):
        read_members(data, NAMES)


def test_an_unknown_method_is_a_format_error() -> None:
    with pytest.raises(FormatError, match="unknown method"):
        read_members(archive({"EGG-INFO/PKG-INFO": b"x" * 99}, zipfile.ZIP_LZMA), NAMES)
