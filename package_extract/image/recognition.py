"""What kind of image an existing path is, told by looking at it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from package_extract.errors import CorruptImage
from package_extract.formats.compression import compression_of
from package_extract.image.access import reading
from package_extract.image.archives import open_archive
from package_extract.image.files import Archive, Folder
from package_extract.image.model import Image
from package_extract.image.spool import decompressed
from package_extract.image.tar_index import is_tar_header, walk_tar

if TYPE_CHECKING:
    from package_extract.image.options import OpenOptions
    from package_extract.reference import Reference

__all__ = ["open_image"]

_ROOT_DIRECTORIES = frozenset(("bin", "boot", "dev", "etc", "home", "lib", "lib64", "opt", "proc", "root", "run"))
_ROOT_DIRECTORIES |= frozenset(("sbin", "srv", "sys", "tmp", "usr", "var"))
_HEAD = 1 << 20
_HEADERS = 4096


def open_image(reference: Reference, options: OpenOptions) -> Image:
    """The image at the path of the reference, whatever kind it is."""
    path = reference.location
    with reading(path):
        is_directory = os.path.isdir(path)
        if is_directory:
            os.scandir(path).close()
    if is_directory:
        return _open_directory(reference, options)
    if _is_root_filesystem(path):
        return _open_root_filesystem(reference, options)
    archive = open_archive(path, options)
    try:
        return _open_archive(archive, reference, options)
    except BaseException:
        archive.close()
        raise


def _open_directory(reference: Reference, options: OpenOptions) -> Image:
    path = reference.location
    names = set(os.listdir(path))
    if "index.json" in names and {"oci-layout", "blobs"} & names:
        from package_extract.image.oci_layout import open_image as open_layout

        return open_layout(reference, options)
    if "manifest.json" in names and ("version" in names or not _begins_with_list(path)):
        from package_extract.image.dir_folder import open_image as open_folder

        return open_folder(reference, options)
    if "manifest.json" in names:
        from package_extract.image.docker_archive import open_image as open_unpacked

        return open_unpacked(reference, options)
    if {"etc", "usr"} & names or len(names & _ROOT_DIRECTORIES) > 2:  # "bin" and "lib" are in any program's folder
        return _open_root_filesystem(reference, options)
    raise CorruptImage(f"the directory {path} is no image; if it is a root filesystem, write rootfs:{path}")


def _open_archive(archive: Archive, reference: Reference, options: OpenOptions) -> Image:
    if archive.size("manifest.json") is not None or archive.size("repositories") is not None:
        from package_extract.image.docker_archive import archive_image

        return archive_image(archive, reference, options)
    if archive.size("index.json") is not None:
        from package_extract.image.oci_layout import layout_image

        return layout_image(archive, reference, options)
    if archive.damage:
        raise CorruptImage(f"{archive.name} holds no image that can be found; {archive.damage}")
    if not os.path.isfile(reference.location):  # a pipe gives its bytes once
        image = Image(str(reference), [archive.whole()])
        image.close = archive.close
        return image
    archive.close()
    return _open_root_filesystem(reference, options)


def _open_root_filesystem(reference: Reference, options: OpenOptions) -> Image:
    from package_extract.image.rootfs import open_image as open_root_filesystem

    return open_root_filesystem(reference._replace(transport="rootfs"), options)


def _begins_with_list(path: str) -> bool:
    folder = Folder(path)
    stream = folder.opener("manifest.json")()
    head = bytearray(64)
    try:
        stream.readinto(memoryview(head))
    finally:
        stream.close()
    return head.lstrip(b" \r\n\t\xef\xbb\xbf").startswith(b"[")


def _is_root_filesystem(path: str) -> bool:
    """Whether the first members of a tar, compressed or not, are those of a root filesystem."""
    if not os.path.isfile(path):  # a pipe cannot be looked at without taking from it
        return False
    with reading(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        head = os.pread(descriptor, 512, 0)
        compression = compression_of(head)
        names = _first_names(descriptor, os.fstat(descriptor).st_size) if is_tar_header(head) else []
    except OSError:  # the door that opens it says so
        return False
    finally:
        os.close(descriptor)
    if compression != "none":
        names = _first_compressed_names(path, compression)
    return any(name.partition("/")[0] in _ROOT_DIRECTORIES for name in names)


def _first_names(descriptor: int, length: int) -> list[str]:
    names: list[str] = []
    try:
        for name, _ in walk_tar(descriptor, length):
            names.append(name)
            if len(names) >= _HEADERS or name.partition("/")[0] in _ROOT_DIRECTORIES:
                break
    except CorruptImage:
        pass  # the door that opens it says so
    return names


def _first_compressed_names(path: str, compression: str) -> list[str]:
    """Names of the members whose headers lie in the first MiB."""
    head = bytearray()
    for piece in decompressed(path, compression):
        head += piece
        if len(head) >= _HEAD:
            break
    return _names_in(bytes(head[:_HEAD]))


def _names_in(head: bytes) -> list[str]:
    import tempfile

    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(head)
        return _first_names(file.fileno(), len(head))
