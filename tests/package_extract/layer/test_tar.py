"""The walk over a tar: what is found, under which name, and what a broken archive gives."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from package_extract.errors import CorruptImage
from package_extract.image.model import Layer
from package_extract.layer import collector
from package_extract.layer.contents import LARGE
from package_extract.layer.limits import Limits
from package_extract.layer.matcher import Matcher
from package_extract.layer.reading import LayerReader
from package_extract.plugin import FilePatterns


def plain(contents):
    return {name for chunk in contents.plain_names() for name in chunk}


def facts(contents):
    return contents.facts["keeper"]


def codes(contents):
    return [problem["code"] for problem in contents.problems]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_entries_of_every_kind(read, tar, form):
    contents = read(
        tar(
            ("a", None),
            ("a/wanted.txt", b"content"),
            ("a/other.bin", b"x" * 1000),
            ("a/link", "-> wanted.txt"),
            ("a/hard", "=> a/wanted.txt"),
            form=form,
        )
    )
    assert contents.nodes == {
        b"a": None,
        b"a/wanted.txt": (7, 0o644),
        b"a/link": b"wanted.txt",
        b"a/hard": (b"a/wanted.txt",),
    }
    assert facts(contents) == {b"a/wanted.txt": b"content"}
    assert plain(contents) == {"a/other.bin"}
    assert contents.entries == 5
    assert contents.problems == []


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_large_files(read, tar, form):
    deep = "deep/" * 60 + "large"
    contents = read(
        tar(
            ("a/wanted.txt", bytes(LARGE)),
            ("a/small", bytes(LARGE - 1)),
            ("a/large", bytes(LARGE)),
            ("b/large", bytes(LARGE)),
            ("b/hard", "=> b/large"),
            *([(deep, bytes(LARGE + 1))] if form != tarfile.USTAR_FORMAT else []),
            form=form,
        )
    )
    told = {b"a/wanted.txt": LARGE, b"a/large": LARGE, b"b/large": LARGE}
    assert contents.large == told | ({deep.encode(): LARGE + 1} if form != tarfile.USTAR_FORMAT else {})


def test_of_many_large_files_the_largest(read, tar, monkeypatch):
    monkeypatch.setattr(collector, "MOST_LARGE_FILES", 2)
    contents = read(tar(*((f"{number}", bytes(LARGE + number)) for number in (1, 3, 0, 2))))
    assert contents.large == {b"3": LARGE + 3, b"2": LARGE + 2}


def with_type(data, flag, start=0):
    """The archive with another type flag in the header at `start`, and a checksum that fits."""
    changed = bytearray(data)
    changed[start + 156] = ord(flag)
    header = changed[start : start + 148] + b" " * 8 + changed[start + 156 : start + 512]
    changed[start + 148 : start + 156] = b"%06o\0 " % sum(header)
    return bytes(changed)


@pytest.mark.parametrize("flag", "346")
def test_devices_and_pipes_count_once(read, tar, flag):
    contents = read(with_type(tar(("dev", b""), ("a.txt", b"1")), flag))
    assert (contents.entries, plain(contents), facts(contents)) == (2, {"dev"}, {b"a.txt": b"1"})


def test_a_directory_with_a_list_of_names_as_its_content(read, tar):
    contents = read(with_type(tar(("d", b"Ya.txt\0\0"), ("d/a.txt", b"1")), "D"))
    assert contents.nodes == {b"d": None, b"d/a.txt": (1, 0o644)}
    assert contents.problems == []


@pytest.mark.parametrize(
    "name", ["./etc/os-release", "/etc/os-release", "etc//os-release", "../../etc/os-release", "etc/./x/../os-release"]
)
def test_names_are_brought_below_the_root(read, tar, name):
    assert facts(read(tar((name, b"ID=x")))) == {b"etc/os-release": b"ID=x"}


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_and_links(read, tar, form):
    long = "directory/" * 30 + "file.txt"
    contents = read(tar((long, b"1"), ("link", "-> " + long), ("b.txt", b"2"), form=form))
    assert facts(contents) == {long.encode(): b"1", b"b.txt": b"2"}
    assert contents.nodes[b"link"] == long.encode()


def test_ustar_prefix(read, tar):
    long = "p" * 90 + "/" + "q" * 90 + ".txt"
    assert facts(read(tar((long, b"1")))) == {long.encode(): b"1"}


def test_over_long_names_are_left_out_and_told_once(read, tar):
    long = "d/" * 3000 + "f.txt"
    contents = read(tar((long, b"1"), (long + "2", b"1"), ("b.txt", b"2"), form=tarfile.PAX_FORMAT))
    assert facts(contents) == {b"b.txt": b"2"}
    assert codes(contents) == ["odd-entry"]
    assert contents.entries == 3


def test_names_that_are_not_utf8(read, tar):
    data = tar(("XXX.txt", b"1")).replace(b"XXX.txt", b"\xff\xfe\xfd.txt")
    contents = read(data)  # the checksum is not looked at behind a good magic
    assert facts(contents) == {b"\xff\xfe\xfd.txt": b"1"}


def test_whiteouts(read, tar):
    contents = read(
        tar(("a/.wh.gone", b""), (".wh.top", b""), ("b/.wh..wh..opq", b""), (".wh..wh.plnk", b""), ("a/.who", b""))
    )
    assert contents.whiteouts == [b"a/gone", b"top"]
    assert contents.opaque == [b"b"]
    assert plain(contents) == {"a/.who"}
    assert contents.entries == 5


@pytest.mark.parametrize("kind", [b"", None, "-> gone", "=> a/who"])
def test_whiteouts_of_any_kind(read, tar, kind):
    contents = read(tar(("a/who", b""), ("a/.wh.gone", kind), ("b/.wh..wh..opq", kind), (".wh..wh.plnk", None)))
    assert (contents.whiteouts, contents.opaque) == ([b"a/gone"], [b"b"])
    assert contents.nodes == {}
    assert plain(contents) == {"a/who"}


def test_an_entry_told_twice_is_what_it_was_last(read, tar):
    contents = read(
        tar(
            ("a.txt", b"1"),
            ("a.txt", b"2"),
            ("link", "-> a"),
            ("link", b"now a file"),
            ("b", b"a file"),
            ("b", "-> now-a-link"),
            ("c.txt", b"1"),
            ("c.txt", "-> a.txt"),
        )
    )
    assert facts(contents) == {b"a.txt": b"2"}
    assert contents.nodes == {b"a.txt": (1, 0o644), b"b": b"now-a-link", b"c.txt": b"a.txt"}


def test_hard_link_whose_target_nobody_wanted(read, tar):
    contents = read(tar(("cache/blob", b"content"), ("a.txt", "=> cache/blob"), ("b.txt", "=> later"), ("later", b"2")))
    assert facts(contents) == {b"cache/blob": b"content", b"later": b"2"}
    assert contents.nodes[b"a.txt"] == (b"cache/blob",)


def test_files_that_span_windows(read, tar):
    big = bytes(range(256)) * 20_000
    contents = read(tar(("a.bin", big), ("a.txt", big), ("b.txt", b"2")))
    assert facts(contents) == {b"a.txt": big, b"b.txt": b"2"}


def test_large_files_have_holes_where_nothing_was_asked_for(read, tar, keeper):
    size = (9 << 20) + 5
    data = bytearray(size)
    data[5] = data[(2 << 20) + 1] = data[(5 << 20) + 1] = data[-1] = 7
    contents = read(tar(("a.txt", bytes(data)), ("b.txt", b"2")), analyzer=keeper([(5 << 20, 10), (size - 1, 100)]))
    seen = facts(contents)[b"a.txt"]
    assert len(seen) == size
    assert [index for index, byte in enumerate(seen) if byte] == [5, (5 << 20) + 1, size - 1]
    assert facts(contents)[b"b.txt"] == b"2"


def test_a_file_of_which_too_much_is_asked_for(read, tar, keeper):
    data = tar(("a.txt", bytes(9 << 20)), ("b.txt", b"2"))
    contents = read(data, analyzer=keeper([(0, 9 << 20)]), limits=Limits(kept_bytes=1 << 20))
    assert facts(contents) == {b"b.txt": b"2"}
    assert codes(contents) == ["limit"]


def test_magic_counts_only_within_the_file(read, tar):
    contents = read(tar(("empty", b""), ("\x7fELF", b""), ("real", b"\x7fELF..")))
    assert facts(contents) == {b"real": b"\x7fELF.."}


def test_no_trailer(read, tar):
    data = tar(("a.txt", b"1"))[:1024]
    contents = read(data)
    assert facts(contents) == {b"a.txt": b"1"}
    assert contents.problems == []


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
@pytest.mark.parametrize("name", ["a.txt", "a.bin", "./.a.bin"])
@pytest.mark.parametrize("padding", [0, 1, 300])
def test_no_padding_behind_the_last_file(read, tar, compress, name, padding):
    data = tar(("first.txt", b"1"), (name, b"x" * 100))
    contents = read(compress(data[: 1024 + 512 + 100 + padding]))
    assert (contents.entries, contents.problems) == (2, [])
    assert name != "a.txt" or facts(contents)[b"a.txt"] == b"x" * 100
    assert codes(read(compress(data[: 1024 + 512 + 99]))) == ["truncated-layer"]


def test_archives_joined_end_at_the_first_end_marker(read, tar):
    contents = read(tar(("a.txt", b"1")) + tar(("b.txt", b"2")))
    assert facts(contents) == {b"a.txt": b"1"}


def test_empty_layers(read):
    for data in (b"", bytes(1024), bytes(10240)):
        contents = read(data)
        assert (contents.entries, contents.problems) == (0, [])


@pytest.mark.parametrize(
    ("cut", "code"), [(700, "truncated-layer"), (300, "truncated-layer"), (2048 + 100, "truncated-layer")]
)
def test_cut_off(read, tar, cut, code):
    data = tar(("a.bin", b"x" * 500), ("b.txt", b"y" * 5000))
    assert codes(read(data[:cut])) == [code]


def test_lone_zero_block(read, tar):
    assert codes(read(tar(("a.txt", b"1"))[:1024] + bytes(512) + tar(("b.txt", b"2")))) == ["corrupt-layer"]


def test_garbage(read):
    assert codes(read(b"this is no tar " * 1000)) == ["corrupt-layer"]


def test_base_256_sizes(read, tar):
    data = bytearray(tar(("a.txt", b"1234")))
    data[124:136] = b"\x80" + (4).to_bytes(11, "big")
    assert facts(read(bytes(data))) == {b"a.txt": b"1234"}
    data[124:136] = b"\xff" * 12
    assert codes(read(bytes(data))) == ["corrupt-layer"]


def test_a_size_beyond_the_archive(read, tar):
    data = bytearray(tar(("a.txt", b"1234")))
    data[124:136] = b"\x80" + (1 << 62).to_bytes(11, "big")
    assert codes(read(bytes(data)))[-1] in ("truncated-layer", "limit")


def test_v7_archives(read, tar):
    data = bytearray(tar(("d/", None), ("a.txt", b"1234")))
    for start in (0, 512):
        data[start + 257 : start + 265] = bytes(8)
        data[start + 156] = 0
        header = bytes(data[start : start + 148]) + b" " * 8 + bytes(data[start + 156 : start + 512])
        data[start + 148 : start + 156] = b"%06o\0 " % sum(header)
    contents = read(bytes(data))
    assert contents.nodes == {b"d": None, b"a.txt": (4, 0o644)}
    data[0] ^= 1
    assert codes(read(bytes(data))) == ["corrupt-layer"]


def test_limit_on_entries(read, tar):
    contents = read(tar(*((f"f{number}", b"") for number in range(50))), limits=Limits(entries=20))
    assert codes(contents) == ["limit"]


def test_sparse_files_of_gnu_tar(read, tmp_path):
    import shutil
    import subprocess

    if not shutil.which("tar"):
        pytest.skip("there is no tar")
    with (tmp_path / "a.txt").open("wb") as file:
        file.seek(100_000)
        file.write(b"middle")
        file.truncate(200_000)
    (tmp_path / "b.txt").write_bytes(b"behind")
    for form in ("--format=gnu", "--format=pax --sparse-version=1.0", "--format=pax --sparse-version=0.1",
                 "--format=pax --sparse-version=0.0"):  # fmt: skip
        made = subprocess.run(
            ["tar", "-cS", *form.split(), "a.txt", "b.txt"], cwd=tmp_path, capture_output=True, check=True
        )
        contents = read(made.stdout)
        assert facts(contents) == {b"a.txt": (tmp_path / "a.txt").read_bytes(), b"b.txt": b"behind"}, form


def small_reader():
    class Everything:
        name, version, wants, options = "all", 1, FilePatterns(suffixes=(".txt",)), {}

        def ranges(self, head, size):
            return [(0, size)]

        def read(self, file):
            return len(bytes(file.content))

    analyzers = [Everything()]
    return LayerReader(analyzers, Matcher([Everything.wants]), Limits(entries=1000, layer_bytes=1 << 26), "none")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=30)), max_size=8))
def test_damage_never_escapes_as_another_error(damages):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("a.txt", "b" * 150 + ".txt", "c"):
            info = tarfile.TarInfo(name)
            info.size = 600
            archive.addfile(info, io.BytesIO(b"z" * 600))
    data = bytearray(buffer.getvalue())
    for place, new in damages:
        data[place : place + len(new)] = new
    layer = Layer(open=lambda: io.BytesIO(bytes(data)), size=len(data))
    try:
        contents = small_reader().read(layer, "layer 1")
    except CorruptImage:
        return
    assert contents.entries <= 1000


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=120).filter(
            lambda name: name not in (".", "..") and not name.startswith(".wh.")
        ),
        st.binary(max_size=2000),
        max_size=12,
    ),
    st.sampled_from([tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
)
def test_reads_what_tarfile_writes(files, form):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form, encoding="utf-8") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    data = buffer.getvalue()
    contents = small_reader().read(Layer(open=lambda: io.BytesIO(data), size=len(data)), "layer 1")
    found = {name.decode("utf-8", "surrogateescape") for name in contents.nodes} | plain(contents)
    assert {name for name in found if name} == set(files)
    assert contents.facts["all"] == {
        name.encode(): len(content) for name, content in files.items() if name.endswith(".txt")
    }


def test_a_sparse_map_without_an_end(read, tar):
    data = tar(("a.txt", b"x" * 700), form=tarfile.PAX_FORMAT)
    record = b"GNU.sparse.major=1\n"
    record = b"%d %b" % (len(record) + 3, record)
    extended = tar(("pax", record))[:1024]
    extended = extended[:156] + b"x" + extended[157:]
    assert codes(read(extended + data)) == ["corrupt-layer"]


def test_what_one_analyzer_read_stays_when_another_wants_a_link_to_it(tar, keeper):
    first, second = keeper(), keeper()
    second.name, second.wants = "second", FilePatterns(basenames=("link",))
    reader = LayerReader([first, second], Matcher([first.wants, second.wants]), Limits(), "none")
    data = tar(("a.txt", b"content"), ("link", "=> a.txt"))

    contents = reader.read(Layer(open=lambda: io.BytesIO(data)), "the layer")
    assert contents.facts == {"keeper": {b"a.txt": b"content"}, "second": {b"a.txt": b"content"}}


def extended(*records):
    """An extended header of pax with these "key=value" records, and nothing behind it."""
    data = b""
    for record in records:
        length = len(record) + 3
        while len(b"%d %b\n" % (length, record)) != length:
            length += 1
        data += b"%d %b\n" % (length, record)
    info = tarfile.TarInfo("PaxHeaders/x")
    info.type, info.size = tarfile.XHDTYPE, len(data)
    return info.tobuf(tarfile.USTAR_FORMAT) + data.ljust(-(-len(data) // 512) * 512, b"\0")


def test_extended_headers_that_say_nothing_of_the_name(read, tar):
    contents = read(extended(b"mtime=1.5", b"SCHILY.xattr.user.a=1") + tar(("a.txt", b"1"), ("b.txt", b"2")))
    assert facts(contents) == {b"a.txt": b"1", b"b.txt": b"2"}
    assert contents.problems == []


def test_an_extended_header_is_for_one_entry_of_any_kind(read, tar):
    entries = [(b"", None), (b"l", "-> t"), (b"h", "=> x/d/a.txt"), (b"a.txt", b"1"), (b"./b.txt", b"2")]
    data = b""
    for name, what in entries:
        data += extended(b"path=x/d/" + name, b"mtime=1") + tar(("n", what))[: 1024 if isinstance(what, bytes) else 512]
    contents = read(data + tar(("c.txt", b"3")))
    assert contents.nodes == {
        b"x/d": None, b"x/d/l": b"t", b"x/d/h": (b"x/d/a.txt",), b"x/d/a.txt": (1, 0o644), b"x/d/b.txt": (1, 0o644),
        b"c.txt": (1, 0o644),
    }  # fmt: skip
    assert facts(contents) == {b"x/d/a.txt": b"1", b"x/d/b.txt": b"2", b"c.txt": b"3"}


def test_whiteouts_with_long_names(read, tar):
    contents = read(
        extended(b"path=d/.wh.gone") + tar(("n", b""))[:512] + extended(b"path=e/.wh..wh..opq") + tar(("n", b""))
    )
    assert (contents.whiteouts, contents.opaque) == ([b"d/gone"], [b"e"])


def test_two_extended_headers_for_one_entry(read, tar):
    data = (
        extended(b"path=far.txt") + extended(b"size=3") + tar(("n", b""))[:512] + b"abc".ljust(512, b"\0") + bytes(1024)
    )
    assert facts(read(data)) == {b"far.txt": b"abc"}


@pytest.mark.parametrize("end", [b"", bytes(1024)])
@pytest.mark.parametrize("record", [b"path=b", b"mtime=1"])
def test_an_archive_that_ends_after_an_extended_header(read, tar, record, end):
    contents = read(tar(("a.txt", b"1"))[:1024] + extended(record) + end)
    assert codes(contents) == ["truncated-layer"]
    assert facts(contents) == {b"a.txt": b"1"}
