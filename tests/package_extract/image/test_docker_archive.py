"""Archives of `docker save`, with manifest.json."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import subprocess
import sys
import tarfile
import threading
from typing import TYPE_CHECKING, Any

import pytest
import zstandard

from package_extract.errors import CorruptImage, InvalidReference, LimitExceeded, NoSuchImage
from package_extract.image import open_image
from package_extract.image.options import OpenOptions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Maker, Reader

COMPRESSORS = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "two gzip members": lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
    "two xz streams": lambda data: lzma.compress(data[:1000]) + bytes(8) + lzma.compress(data[1000:]),
    "two zstd frames": lambda data: zstandard.compress(data[:1000]) + zstandard.compress(data[1000:]),
    "zstd behind a skippable frame": lambda data: b"\x50\x2a\x4d\x18\4\0\0\0abcd" + zstandard.compress(data),
}


def rewrite(maker: Maker, name: str = "image.tar", **changes: Any) -> Path:
    """An archive with changes to the only entry of manifest.json."""
    members = maker.docker_members()
    members["manifest.json"] = json.dumps([json.loads(members["manifest.json"])[0] | changes]).encode()
    return maker.tar(name, members)


@pytest.mark.parametrize("form", ["docker-archive:{}", "{}", "{}:made:1", "docker-archive:{}:1", "{}@1", "{}:@0"])
def test_image(maker: Maker, reader: Reader, form: str) -> None:
    reference = form.format(maker.docker_archive(layers=3))
    with open_image(reference) as image:
        assert image.reference == reference
        assert reader.layers(image) == [maker.layer(number) for number in range(3)]
        assert image.repo_tags == ["made:1"]
        assert image.config_digest == maker.digest(maker.config([maker.layer(number) for number in range(3)]))
        assert image.problems == []


@pytest.mark.parametrize("compression", COMPRESSORS)
@pytest.mark.parametrize("prefix", ["", "docker-archive:"])
def test_compressed_archive(
    maker: Maker, reader: Reader, compression: str, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = maker.docker_archive()
    archive.write_bytes(COMPRESSORS[compression](archive.read_bytes()))
    scratch = maker.folder / "scratch"
    scratch.mkdir()
    with open_image(f"{prefix}{archive}", OpenOptions(scratch=str(scratch))) as image:
        assert reader.layers(image) == [maker.layer(0), maker.layer(1)]
        assert list(scratch.iterdir()) == []


def test_streams_of_a_spooled_archive_do_not_disturb_each_other(maker: Maker) -> None:
    archive = maker.docker_archive()
    archive.write_bytes(gzip.compress(archive.read_bytes()))
    with open_image(str(archive)) as image:
        first, second = image.layers[0].open(), image.layers[0].open()
        one, two = bytearray(1000), bytearray(1000)
        first.readinto(memoryview(one))
        child = os.fork()
        if child == 0:
            os._exit(0 if first.readinto(memoryview(two)) and bytes(two) == maker.layer(0)[1000:2000] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        second.readinto(memoryview(two))
        assert bytes(one) == bytes(two) == maker.layer(0)[:1000]
        first.readinto(memoryview(two))
        assert bytes(two) == maker.layer(0)[1000:2000]
        first.close()
        second.close()


@pytest.mark.parametrize("compression", ["gzip", "xz", "bzip2", "zstd"])
@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_damaged_compressed_archive(maker: Maker, compression: str, damage: str) -> None:
    archive = maker.docker_archive()
    noise = os.urandom(5000)
    whole = COMPRESSORS[compression](
        maker.tar("with-noise.tar", {"0/noise": noise, **maker.docker_members()}).read_bytes()
    )
    middle = len(whole) // 2
    archive.write_bytes(whole[:middle] if damage == "cut" else whole[:middle] + bytes(40) + whole[middle + 40 :])
    with pytest.raises(CorruptImage):
        open_image(f"docker-archive:{archive}")
    with pytest.raises(CorruptImage):
        open_image(f"{archive}")


def test_archive_that_grows_beyond_the_limit(maker: Maker) -> None:
    archive = maker.docker_archive()
    archive.write_bytes(gzip.compress(archive.read_bytes()))
    with pytest.raises(LimitExceeded, match="grows beyond 4096 bytes"):
        open_image(str(archive), OpenOptions(spool_limit=4096))


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_archive_from_a_pipe(maker: Maker, reader: Reader, compress: Callable[[bytes], bytes]) -> None:
    pipe = maker.folder / "pipe"
    os.mkfifo(pipe)
    content = compress(maker.docker_archive().read_bytes())
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    with open_image(f"docker-archive:{pipe}") as image:
        assert len(reader.layers(image)) == 2
    writer.join()


def several(maker: Maker) -> Path:
    members: dict[str, Any] = {}
    manifest = []
    for number, tags in enumerate((["example.org:5000/a:1", "b:1"], ["b:2"], None)):
        layer = maker.layer(number)
        config = maker.config([layer])
        members |= {f"{number}.tar": layer, f"{number}.json": config}
        manifest.append({"Config": f"{number}.json", "Layers": [f"{number}.tar"], "RepoTags": tags})
    return maker.tar("several.tar", members | {"manifest.json": json.dumps(manifest).encode()})


@pytest.mark.parametrize(
    ("choice", "number"),
    [
        (":example.org:5000/a:1", 0),
        ("@example.org:5000/a:1", 0),
        (":b:1", 0),
        (":b:2", 1),
        ("@b:2", 1),
        (":2", 1),
        ("@2", 1),
        (":docker.io/library/b:2", 1),
        (":@2", 2),
    ],
)
@pytest.mark.parametrize("prefix", ["docker-archive:", ""])
def test_choice(maker: Maker, reader: Reader, prefix: str, choice: str, number: int) -> None:
    with open_image(f"{prefix}{several(maker)}{choice}") as image:
        assert reader.layers(image) == [maker.layer(number)]


def test_several_images_without_a_choice(maker: Maker) -> None:
    path = several(maker)
    with pytest.raises(InvalidReference, match=r"@0: example.org:5000/a:1, b:1; @1: b:2; @2: \(without a name\)"):
        open_image(str(path))
    with pytest.raises(NoSuchImage, match="no image '@3'"):
        open_image(f"{path}:@3")
    with pytest.raises(NoSuchImage, match="no image 'c:1'"):
        open_image(f"{path}:c:1")


@pytest.mark.parametrize("name", ["with:colon.tar", "with@at.tar", "a:b@c:d.tar"])
def test_paths_with_the_characters_of_a_choice(maker: Maker, reader: Reader, name: str) -> None:
    archive = maker.docker_archive(name)
    maker.docker_archive(name.partition(":")[0].partition("@")[0], tags=("other:1",))
    for reference in (
        f"{archive}",
        f"docker-archive:{archive}",
        f"{archive}:made:1",
        f"docker-archive:{archive}@made:1",
    ):
        with open_image(reference) as image:
            assert image.repo_tags == ["made:1"]


@pytest.mark.parametrize(
    "links",
    [
        {"0/layer.tar": "../real.tar"},
        {"0/layer.tar": ("real.tar",)},
        {"0/layer.tar": ("./real.tar",)},
        {"0/layer.tar": "next", "0/next": ("1/next",), "1/next": "../real.tar"},
        {"0/layer.tar": "/real.tar"},
    ],
)
@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_layers_that_are_links(maker: Maker, reader: Reader, links: dict[str, Any], form: int) -> None:
    members = {**maker.docker_members(layers=1), **links, "real.tar": maker.layer(0)}
    with open_image(str(maker.tar("image.tar", members, form=form))) as image:
        assert reader.layers(image) == [maker.layer(0)]


@pytest.mark.parametrize("link", ["layer.tar", "../../real.tar", "nowhere", ("0/layer.tar",), "../0"])
def test_links_that_lead_nowhere(maker: Maker, link: Any) -> None:
    members = maker.docker_members(layers=1) | {"0/layer.tar": link, "real.tar": maker.layer(0), "0": None}
    with pytest.raises(CorruptImage, match=r"layer 1 \(0/layer.tar\) is missing"):
        open_image(str(maker.tar("image.tar", members)))


def test_unpacked_archive(maker: Maker, reader: Reader) -> None:
    with tarfile.open(maker.docker_archive()) as tar:
        tar.extractall(maker.folder / "unpacked", filter="data")
    for reference in (f"{maker.folder}/unpacked", f"docker-archive:{maker.folder}/unpacked"):
        with open_image(reference) as image:
            assert reader.layers(image) == [maker.layer(0), maker.layer(1)]


def test_archive_with_a_layout_beside(maker: Maker, reader: Reader) -> None:
    """What Docker 25 and later write: manifest.json over the blobs of a layout."""
    layout = maker.layout()
    layers = [layout.put(maker.layer(number), "application/vnd.oci.image.layer.v1.tar") for number in (0, 1)]
    entry = layout.image((0, 1), layers=layers)
    layout.write(entry)
    config = maker.digest(maker.config([maker.layer(0), maker.layer(1)]))
    manifest = [
        {
            "Config": f"blobs/sha256/{config[7:]}",
            "RepoTags": ["made:1"],
            "Layers": [f"blobs/sha256/{layer['digest'][7:]}" for layer in layers],
            "LayerSources": {layer["digest"]: layer for layer in layers},
        }
    ]
    (layout.path / "manifest.json").write_text(json.dumps(manifest))
    for form in ("docker-archive:{}", "{}"):
        with open_image(form.format(layout.packed())) as image:
            assert reader.layers(image) == [maker.layer(0), maker.layer(1)]
            assert [layer.digest for layer in image.layers] == [layer["digest"] for layer in layers]
            assert image.repo_tags == ["made:1"]
    with open_image(f"oci-archive:{layout.packed()}", OpenOptions(platform="linux/amd64")) as image:
        assert image.digest == entry["digest"]


def test_foreign_layer(maker: Maker) -> None:
    digest = "sha256:" + "1" * 64
    sources = {digest: {"digest": digest, "urls": ["https://elsewhere/"]}}
    path = rewrite(maker, Layers=["0/layer.tar", f"blobs/sha256/{digest[7:]}"], LayerSources=sources)
    with open_image(str(path)) as image:
        assert [layer.absent for layer in image.layers] == [False, True]
        assert [(problem.code, problem.layer) for problem in image.problems] == [("foreign-layer", 1)]


def test_configuration_whose_name_is_not_its_digest(maker: Maker) -> None:
    members = maker.docker_members()
    name = json.loads(members["manifest.json"])[0]["Config"]
    members[name] += b" "
    with open_image(str(maker.tar("image.tar", members))) as image:
        assert [problem.code for problem in image.problems] == ["config-digest"]
        assert image.config_digest == maker.digest(members[name])


@pytest.mark.parametrize(
    "changes",
    [
        {"Config": None},
        {"Config": "nowhere.json"},
        {"Config": "../../../../etc/passwd"},
        {"Config": "0/layer.tar"},
        {"Layers": 7},
        {"Layers": [7]},
        {"Layers": ["nowhere"]},
        {"Layers": ["0"]},
        {"Layers": ["0/layer.tar"] * 5000},
    ],
)
def test_broken_manifest(maker: Maker, changes: dict[str, Any]) -> None:
    with pytest.raises(CorruptImage):
        open_image(str(rewrite(maker, **changes)))


@pytest.mark.parametrize("manifest", [b"null", b"[]", b"{}", b"[7]", b"", b"\xff", b"[" * 50_000])
def test_manifest_without_images(maker: Maker, manifest: bytes) -> None:
    path = maker.tar("image.tar", maker.docker_members() | {"manifest.json": manifest})
    with pytest.raises(CorruptImage):
        open_image(str(path))


def test_platform_is_compared_with_the_configuration(maker: Maker) -> None:
    archive = maker.docker_archive()
    with open_image(str(archive), OpenOptions(platform="linux/amd64")) as image:
        assert image.config["architecture"] == "amd64"
    with pytest.raises(NoSuchImage, match="is for linux/amd64, not for linux/s390x"):
        open_image(str(archive), OpenOptions(platform="linux/s390x"))


@pytest.mark.parametrize("cut", [100, 600, 3000])
def test_truncated_archive(maker: Maker, cut: int) -> None:
    archive = maker.docker_archive()
    archive.write_bytes(archive.read_bytes()[:cut])
    for reference in (f"docker-archive:{archive}", str(archive)):
        with pytest.raises(CorruptImage):
            open_image(reference)


def test_archive_truncated_within_the_last_layer(maker: Maker) -> None:
    members = maker.docker_members()
    members["1/layer.tar"] = members.pop("1/layer.tar")
    archive = maker.tar("image.tar", members)
    archive.write_bytes(archive.read_bytes()[: -10240 - 512])
    with pytest.raises(CorruptImage, match="truncated"):
        open_image(str(archive))


@pytest.mark.parametrize(
    "content", [b"", b"hello", bytes(10240), b"\x1f\x8b", b"BZh9", b"\x28\xb5\x2f\xfd", os.urandom(9000)]
)
def test_what_is_no_archive(maker: Maker, content: bytes) -> None:
    path = maker.folder / "file"
    path.write_bytes(content)
    for reference in (f"docker-archive:{path}", str(path)):
        with pytest.raises(CorruptImage):
            open_image(reference)


def test_descriptors_are_closed(maker: Maker) -> None:
    archive = maker.docker_archive()
    before = len(os.listdir("/proc/self/fd"))
    open_image(str(archive)).close()
    with pytest.raises(NoSuchImage):
        open_image(f"{archive}:nothing")
    assert len(os.listdir("/proc/self/fd")) == before


def test_nothing_heavy_is_imported(maker: Maker) -> None:
    program = "import sys; from package_extract.image import open_image; open_image(sys.argv[1]); print(*sys.modules)"
    archive = str(maker.docker_archive())
    layout = maker.layout()
    layout.write(layout.image())
    for reference in (archive, f"oci:{layout.path}"):
        run = subprocess.run(
            [sys.executable, "-c", program, reference],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        heavy = {
            "subprocess",
            "docker",
            "tempfile",
            "pathlib",
            "pydantic",
            "isal",
            "zstandard",
            "shutil",
            "urllib",
            "orjson",
        }
        assert heavy.isdisjoint(run.stdout.split())
