"""Blobs: decompressed whatever their name, verified while they pass, bounded."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import lzma
import zlib

import pytest
import zstandard

from package_extract.errors import CorruptImage, DigestMismatch
from package_extract.formats.compression import compression_of
from package_extract.image.model import Layer
from package_extract.layer.limits import Limits
from package_extract.layer.matcher import Matcher
from package_extract.layer.reading import LayerReader

BIG = bytes(range(256)) * 5000


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def zstd_chunked(data):
    """Frames with skippable frames between and behind them, as zstd:chunked has them."""
    half = len(data) // 2
    compress = zstandard.ZstdCompressor().compress
    skippable = b"\x50\x2a\x4d\x18" + (9).to_bytes(4, "little") + b"some TOC "
    return compress(data[:half]) + skippable + compress(data[half:]) + skippable


COMPRESSIONS = {
    "none": lambda data: data,
    "gzip": gzip.compress,
    "gzip members": lambda data: gzip.compress(data[:700]) + gzip.compress(data[700:]),
    "gzip padded": lambda data: gzip.compress(data) + bytes(512),
    "zstd": zstandard.ZstdCompressor().compress,
    "zstd chunked": zstd_chunked,
    "zstd skippable first": lambda data: b"\x50\x2a\x4d\x18" + bytes(4) + zstandard.ZstdCompressor().compress(data),
    "xz": lzma.compress,
    "xz streams": lambda data: lzma.compress(data[:700]) + bytes(8) + lzma.compress(data[700:]),
    "bzip2": bz2.compress,
}


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("verify", ["digest", "full", "none"])
def test_every_compression(read, tar, compression, verify):
    data = tar(("a.txt", b"1" * 900), ("big.bin", BIG), ("b.txt", BIG))
    blob = COMPRESSIONS[compression](data)
    contents = read(blob, sha256(blob), verify, diff_id=sha256(data))
    assert contents.facts["keeper"] == {b"a.txt": b"1" * 900, b"b.txt": BIG}
    assert contents.size == len(data)
    assert contents.problems == []
    checked = verify == "full" or (verify == "digest" and compression != "none")
    assert contents.verified_digest == (sha256(blob) if checked else None)


@pytest.mark.parametrize("compression", sorted(set(COMPRESSIONS) - {"none"}))
def test_a_wrong_digest_is_fatal_and_names_the_layer(read, tar, compression):
    blob = COMPRESSIONS[compression](tar(("a.txt", b"1")))
    with pytest.raises(DigestMismatch, match="layer 1"):
        read(blob, sha256(b"something else"))
    assert read(blob, sha256(b"something else"), "none").facts["keeper"] == {b"a.txt": b"1"}


def test_a_plain_layer_is_checked_on_request(read, tar):
    data = tar(("a.txt", b"1"))
    assert read(data, sha256(b"x")).verified_digest is None
    with pytest.raises(DigestMismatch, match="layer 1"):
        read(data, sha256(b"x"), "full")


def test_a_wrong_diff_id(read, tar):
    blob = gzip.compress(tar(("a.txt", b"1")))
    assert read(blob, sha256(blob), diff_id=sha256(b"x")).problems == []
    with pytest.raises(DigestMismatch, match="the tar of layer 1"):
        read(blob, sha256(blob), "full", diff_id=sha256(b"x"))


def test_a_blob_of_the_wrong_length(read, tar):
    reader = LayerReader([], Matcher([]), Limits(), "digest")
    with pytest.raises(CorruptImage, match="layer 1 has 512 bytes instead of 600"):
        reader.read(Layer(open=lambda: io.BytesIO(bytes(512)), size=600), "layer 1")


@pytest.mark.parametrize("compression", ["gzip", "xz", "bzip2"])
def test_a_truncated_stream(read, tar, compression):
    blob = COMPRESSIONS[compression](tar(("a.txt", b"1"), ("b.txt", BIG[::-1] + bytes(range(255, -1, -1)) * 3)))[:-20]
    with pytest.raises(CorruptImage, match="layer 1"):
        read(blob)
    contents = read(blob, sha256(blob))  # the manifest says that the blob is like that: the rest of the image is told
    assert contents.facts["keeper"].get(b"a.txt") in (b"1", None)
    assert [problem["code"] for problem in contents.problems] == ["corrupt-stream"]


def test_a_decompression_bomb(read):
    compressor = zlib.compressobj(9, zlib.DEFLATED, 31)
    blob = b"".join(compressor.compress(bytes(1 << 20)) for _ in range(80)) + compressor.flush()
    contents = read(blob, sha256(blob), limits=Limits(ratio=100))
    assert [problem["code"] for problem in contents.problems] == ["limit"]
    assert contents.size < 70 << 20
    assert contents.verified_digest == sha256(blob)
    contents = read(blob, sha256(blob), limits=Limits(layer_bytes=1 << 20))
    assert [problem["code"] for problem in contents.problems] == ["limit"]


def test_magic_and_not_the_name_tells_the_compression():
    assert compression_of(b"\x1f\x8b\x08\0\0\0") == "gzip"
    assert compression_of(b"") == "none"
    assert compression_of(b"usr/bin") == "none"


def test_an_analyzer_that_fails_is_a_problem_of_its_own(read, tar, keeper):
    class Broken(keeper):
        def read(self, file):
            raise RuntimeError(f"cannot stand {file.path}")

    contents = read(tar(("a.txt", b"1"), ("b.txt", b"1")), analyzer=Broken())
    assert [(p["analyzer"], p["code"], p["path"]) for p in contents.problems] == [
        ("keeper", "analyzer-error", "a.txt"),
        ("keeper", "analyzer-error", "b.txt"),
    ]


def test_progress_tells_the_stored_bytes(tar, keeper):
    blob = gzip.compress(tar(("a.txt", BIG)))
    told: list[int] = []
    LayerReader([keeper()], Matcher([keeper.wants]), Limits(), "digest").read(
        Layer(open=lambda: io.BytesIO(blob), size=len(blob)), "layer 1", told.append
    )
    assert told[-1] == len(blob)
    assert told == sorted(told)
