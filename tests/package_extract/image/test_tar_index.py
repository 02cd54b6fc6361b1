"""The walk over tar headers, compared with tarfile where the archive is sound."""

from __future__ import annotations

import contextlib
import io
import os
import tarfile
import tempfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from package_extract.errors import CorruptImage, LimitExceeded
from package_extract.image import tar_index
from package_extract.image.tar_index import TarIndex, clean, index_tar

NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=300).filter(
    lambda name: clean(name) and not name.endswith("/")
)


def index(data: bytes) -> TarIndex:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return index_tar(file.fileno(), len(data))


def tar(entries: list[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.GNU_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for entry, content in entries:
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def entry(name: str, **attributes: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    for key, value in attributes.items():
        setattr(made, key, value)
    return made


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(NAMES, st.binary(max_size=1500)), max_size=8),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_agrees_with_tarfile(files: list[tuple[str, bytes]], form: int) -> None:
    data = tar([(entry(name), content) for name, content in files], form)
    found = index(data)
    assert found.damage is None
    expected = {clean(name): content for name, content in files}
    assert set(found.members) == set(expected)
    for name, content in expected.items():
        member = found.find(name)
        assert member is not None
        assert data[member.offset : member.offset + member.size] == content


SOUND = tar(
    [
        (entry("a" * 150), b"x" * 700),
        (entry("b", type=tarfile.SYMTYPE, linkname="c" * 120), b""),
        (entry("d"), b"y" * 513),
    ],
    tarfile.PAX_FORMAT,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_changed_bytes_do_no_harm(data: st.DataObject) -> None:
    changed = bytearray(SOUND[: data.draw(st.integers(0, len(SOUND)))])
    for _ in range(data.draw(st.integers(1, 6))):
        if changed:
            changed[data.draw(st.integers(0, min(len(changed), 4096) - 1))] = data.draw(st.integers(0, 255))
    for start in range(0, len(changed) - 511, 512):  # keep checksums right, or nothing behind them is ever reached
        block = changed[start : start + 512]
        if block[257:262] == b"ustar":
            block[148:156] = b"        "
            changed[start + 148 : start + 156] = b"%06o\0 " % sum(block)
    try:
        found = index(bytes(changed))
    except CorruptImage:
        return
    for name in found.members:
        found.find(name)


@given(st.binary(max_size=3000))
def test_arbitrary_bytes(data: bytes) -> None:
    with contextlib.suppress(CorruptImage):
        assert index(data).members or not data.strip(b"\0")


def test_base_256_size() -> None:
    data = bytearray(tar([(entry("big"), b"")]))
    data[124:136] = b"\x80" + (9 << 30).to_bytes(11, "big")
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + sum(data[156:512]) + 256)
    with tempfile.TemporaryFile() as file:
        file.write(data[:512])
        file.truncate(512 + (9 << 30) + 1024)
        found = index_tar(file.fileno(), 512 + (9 << 30) + 1024)
    assert found.members["big"].size == 9 << 30


@pytest.mark.parametrize("size", [b"\xff" * 12, b"99999999999\0", b"-0000000001\0", b"0000000001x\0"])
def test_sizes_that_are_no_numbers(size: bytes) -> None:
    data = bytearray(tar([(entry("a"), b""), (entry("b"), b"")]))
    data[512 + 124 : 512 + 136] = size
    data[512 + 148 : 512 + 156] = b"%06o\0 " % (sum(data[512:660]) + sum(data[668:1024]) + 256)
    found = index(bytes(data))
    assert set(found.members) == {"a"}
    assert found.damage is not None


@pytest.mark.parametrize(
    "record", ["9999999 path=x\n", "0 path=x\n", "-5 path=x\n", "x", "12 size=-100\n", " =\n", "11 size=1e9\n"]
)
def test_broken_pax_records(record: str) -> None:
    content = record.encode()
    data = tar([(entry("pax", type=b"x"), content), (entry("a"), b"b")], tarfile.USTAR_FORMAT)
    with pytest.raises(CorruptImage, match=r"damaged before byte .*: a pax header"):
        index(data)


def test_size_from_a_pax_record() -> None:
    data = bytearray(tar([(entry("pax", type=b"x"), b"12 size=700\n"), (entry("a"), b"z" * 700)], tarfile.USTAR_FORMAT))
    header = 1024
    data[header + 124 : header + 136] = b"00000000000\0"
    block = bytearray(data[header : header + 512])
    block[148:156] = b" " * 8
    data[header + 148 : header + 156] = b"%06o\0 " % sum(block)
    member = index(bytes(data)).find("a")
    assert member is not None
    assert (member.offset, member.size) == (1536, 700)


def test_extension_that_is_too_large() -> None:
    data = tar(
        [(entry("a"), b""), (entry("pax", type=b"L"), b"a" * (2 << 20)), (entry("b"), b"")], tarfile.USTAR_FORMAT
    )
    found = index(data)
    assert set(found.members) == {"a"}
    assert "extended header" in (found.damage or "")


def test_the_last_of_several_members_with_one_path_counts() -> None:
    data = tar([(entry("./a"), b"1"), (entry("a"), b"22"), (entry("/b"), b"3"), (entry("b/../b"), b"44")])
    found = index(data)
    assert set(found.members) == {"a", "b"}
    assert [found.find(name).size for name in ("a", "b")] == [2, 2]  # type: ignore[union-attr]


def test_sparse_members_are_not_handed_out(tmp_path: object) -> None:
    data = bytearray(tar([(entry("sparse"), b"x" * 512), (entry("next"), b"y")]))
    data[156:157], data[257:265], data[482] = b"S", b"ustar  \0", 1
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + sum(data[156:512]) + 256)
    found = index(bytes(data[:512] + bytes(512) + data[512:]))
    assert found.find("sparse") is None
    assert found.find("next") is not None


def test_link_loops() -> None:
    data = tar(
        [(entry("a", type=tarfile.SYMTYPE, linkname="b"), b""), (entry("b", type=tarfile.SYMTYPE, linkname="a"), b"")]
    )
    assert index(data).find("a") is None


def test_too_many_members(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_index, "_MAXIMUM_MEMBERS", 3)
    with pytest.raises(LimitExceeded, match="more than 3 members"):
        index(tar([(entry(str(number)), b"") for number in range(4)]))


def test_names_that_are_not_utf_8() -> None:
    name = os.fsdecode(b"caf\xe9")
    assert set(index(tar([(entry(name), b"")])).members) == {name}


def test_old_archives_without_magic() -> None:
    data = bytearray(tar([(entry("a"), b"1")], tarfile.USTAR_FORMAT))
    data[156:157], data[257:265] = b"\0", bytes(8)
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + sum(data[156:512]) + 256)
    assert index(bytes(data)).find("a") is not None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("./a//b/", "a/b"),
        ("/a", "a"),
        ("a/../b", "b"),
        ("..", ""),
        ("../a", ""),
        ("a/../../b", ""),
        (".", ""),
        ("", ""),
        ("..a", "..a"),
    ],
)
def test_clean(path: str, expected: str) -> None:
    assert clean(path) == expected
