"""Root filesystems, and paths whose kind has to be seen."""

from __future__ import annotations

import codecs
import gzip
import os
import tarfile
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from package_extract.errors import AccessDenied, CorruptImage, NoSuchImage
from package_extract.image import open_image

from .conftest import Maker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Reader


@pytest.mark.parametrize("prefix", ["rootfs:", ""])
def test_directory_of_a_root_filesystem(maker: Maker, prefix: str) -> None:
    (maker.folder / "root/usr/bin").mkdir(parents=True)
    reference = f"{prefix}{maker.folder}/root"
    with open_image(reference) as image:
        assert image.reference == reference
        assert [layer.directory for layer in image.layers] == [f"{maker.folder}/root"]
        assert (image.config, image.manifest, image.digest) == ({}, {}, None)


@pytest.mark.parametrize("prefix", ["rootfs:", ""])
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
@pytest.mark.parametrize("first", ["etc/os-release", "./usr/bin/x", "manifest.json"])
def test_tar_of_a_root_filesystem(maker: Maker, reader: Reader, prefix: str, compress: object, first: str) -> None:
    path = maker.tar("root.tar", {first: b"x", "usr": None, "usr/lib": None, "var/index.json": b"{}"})
    path.write_bytes(compress(path.read_bytes()))  # type: ignore[operator]
    with open_image(f"{prefix}{path}") as image:
        assert len(image.layers) == 1
        assert reader.content(image.layers[0]) == path.read_bytes()
        assert image.config == {}


def test_tar_without_known_directories_is_a_root_filesystem(maker: Maker, reader: Reader) -> None:
    path = maker.tar("root.tar", {"app": b"x"})
    with open_image(str(path)) as image:
        assert reader.content(image.layers[0]) == path.read_bytes()


def test_recognition_does_not_walk_a_large_root_filesystem(maker: Maker) -> None:
    path = maker.tar("root.tar", {"etc": None} | {f"etc/{number}": b"" for number in range(30_000)})
    started = time.process_time()
    open_image(str(path)).close()
    assert time.process_time() - started < 0.2


def test_directory_that_is_no_image(maker: Maker) -> None:
    for name in ("bin", "lib", "src"):
        (maker.folder / name).mkdir()
    with pytest.raises(CorruptImage, match="write rootfs:"):
        open_image(str(maker.folder))


def test_file_that_is_no_image(maker: Maker) -> None:
    path = maker.folder / "file"
    path.write_text("hello")
    with pytest.raises(CorruptImage, match="is not an image"):
        open_image(str(path))


@pytest.mark.parametrize("kind", ["oci", "oci-archive", "docker-archive", "dir"])
def test_other_kind_than_stated(maker: Maker, kind: str) -> None:
    layout = maker.layout()
    layout.write(layout.image())
    layout.packed()
    archive = maker.docker_archive()
    wrong = {
        "oci": (f"oci:{archive}", "is not a directory"),
        "oci-archive": (f"oci-archive:{archive}", "write docker-archive:"),
        "docker-archive": (f"docker-archive:{layout.path}.tar", "write oci-archive:"),
        "dir": (f"dir:{layout.path}", "manifest.json is missing"),
    }
    reference, message = wrong[kind]
    with pytest.raises(CorruptImage, match=message):
        open_image(reference)


@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero"])
@pytest.mark.parametrize("prefix", ["rootfs:", "docker-archive:", "oci-archive:", ""])
def test_device(prefix: str, device: str) -> None:
    with pytest.raises(CorruptImage, match="no tar archive"):
        open_image(prefix + device)


@pytest.mark.parametrize("prefix", ["rootfs:", ""])
@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_root_filesystem_from_a_pipe(
    maker: Maker, reader: Reader, prefix: str, compress: Callable[[bytes], bytes]
) -> None:
    plain = maker.tar("root.tar", {"etc/os-release": b"ID=made\n"}).read_bytes()
    content = compress(plain)
    pipe = maker.folder / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    with open_image(f"{prefix}{pipe}") as image:
        writer.join()
        for _ in range(2):  # a layer may be read again
            assert reader.content(image.layers[0]) == (content if prefix else plain)


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Root may read everything: become somebody else for the test."""
    if os.geteuid() == 0:
        codecs.lookup("utf-8-sig")  # a codec is imported when it is first used, from where that user may not read
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        yield


@pytest.mark.usefixtures("ordinary_user")
@pytest.mark.parametrize("prefix", ["", "docker-archive:", "oci-archive:", "rootfs:"])
def test_file_that_may_not_be_read(prefix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.tar"
        path.touch(mode=0)
        with pytest.raises(AccessDenied, match="may not be read"):
            open_image(f"{prefix}{path}")
        path.unlink()
        path.mkdir(mode=0)
        with pytest.raises((AccessDenied, CorruptImage)):
            open_image(f"{prefix}{path}")


@pytest.mark.usefixtures("ordinary_user")
@pytest.mark.parametrize("name", ["index.json", "blobs"])
def test_layout_of_which_a_part_may_not_be_read(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        layout = Maker(Path(folder)).layout()
        layout.write(layout.image())
        (layout.path / name).chmod(0)
        with pytest.raises(AccessDenied, match="may not be read"):
            open_image(f"oci:{layout.path}")
        (layout.path / name).chmod(0o700)


def test_nothing_there(maker: Maker) -> None:
    with pytest.raises(NoSuchImage, match="does not exist"):
        open_image(f"rootfs:{maker.folder}/nothing")


def test_pax_archive_is_recognised(maker: Maker, reader: Reader) -> None:
    members = maker.docker_members()
    path = maker.tar("image.tar", members, form=tarfile.PAX_FORMAT)
    with open_image(str(path)) as image:
        assert len(reader.layers(image)) == 2
