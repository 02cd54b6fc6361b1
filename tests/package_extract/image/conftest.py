"""Images made in the test: layers that nobody looks into, in every form that a door reads."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from package_extract.image.model import Image, Layer

OCI = "application/vnd.oci.image."
DOCKER = "application/vnd.docker."


class Maker:
    """Makes images below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def digest(data: bytes) -> str:
        return "sha256:" + hashlib.sha256(data).hexdigest()

    @staticmethod
    def layer(number: int = 0) -> bytes:
        """An uncompressed layer."""
        return tar_of({f"file-{number}": bytes([number]) * 700})

    def config(self, layers: list[bytes], **more: Any) -> bytes:
        content = {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Env": ["PATH=/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [self.digest(layer) for layer in layers]},
        }
        return json.dumps(content | more).encode()

    def layout(self, name: str = "layout") -> Layout:
        return Layout(self.folder / name)

    def docker_archive(self, name: str = "image.tar", *, tags: tuple[str, ...] = ("made:1",), layers: int = 2) -> Path:
        return self.tar(name, self.docker_members(tags=tags, layers=layers))

    def docker_members(self, *, tags: tuple[str, ...] = ("made:1",), layers: int = 2) -> dict[str, Any]:
        contents = [self.layer(number) for number in range(layers)]
        config = self.config(contents)
        entry = {
            "Config": f"{self.digest(config)[7:]}.json",
            "RepoTags": list(tags),
            "Layers": [f"{number}/layer.tar" for number in range(layers)],
        }
        members: dict[str, Any] = {f"{number}/layer.tar": content for number, content in enumerate(contents)}
        return members | {entry["Config"]: config, "manifest.json": json.dumps([entry]).encode()}

    def tar(self, name: str, members: dict[str, Any], **options: Any) -> Path:
        path = self.folder / name
        path.write_bytes(tar_of(members, **options))
        return path


class Layout:
    """An OCI layout that grows blob by blob."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "blobs/sha256").mkdir(parents=True)
        (path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')

    def blob(self, digest: str) -> Path:
        return self.path / "blobs/sha256" / digest[7:]

    def put(self, data: bytes, media_type: str, **more: Any) -> dict[str, Any]:
        digest = Maker.digest(data)
        self.blob(digest).write_bytes(data)
        return {"mediaType": media_type, "digest": digest, "size": len(data), **more}

    def put_json(self, document: Any, media_type: str, **more: Any) -> dict[str, Any]:
        return self.put(json.dumps(document).encode(), media_type, **more)

    def image(
        self, numbers: tuple[int, ...] = (0, 1), *, platform: str = "linux/amd64", docker: bool = False, **changes: Any
    ) -> dict[str, Any]:
        """An image of these layers; `changes` go into its manifest. Returns its descriptor, with its platform."""
        system, architecture, variant = [*platform.split("/"), ""][:3]
        layers = [Maker.layer(number) for number in numbers]
        described = {"os": system, "architecture": architecture} | ({"variant": variant} if variant else {})
        config = Maker(self.path).config(layers, **described)
        kind = DOCKER + "distribution.manifest.v2+json" if docker else OCI + "manifest.v1+json"
        manifest = {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": self.put(config, DOCKER + "container.image.v1+json" if docker else OCI + "config.v1+json"),
            "layers": [
                self.put(
                    gzip.compress(layer, 1, mtime=0),
                    DOCKER + "image.rootfs.diff.tar.gzip" if docker else OCI + "layer.v1.tar+gzip",
                )
                for layer in layers
            ],
        }
        return self.put_json(manifest | changes, kind, platform=described)

    def index(self, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
        kind = OCI + "index.v1+json"
        return self.put_json({"schemaVersion": 2, "mediaType": kind, "manifests": list(entries)}, kind, **more)

    def write(self, *entries: dict[str, Any], names: tuple[str, ...] = ()) -> str:
        """Write index.json; returns the path."""
        manifests = [dict(entry) for entry in entries]
        for entry, name in zip(manifests, names, strict=False):
            entry["annotations"] = {"org.opencontainers.image.ref.name": name}
        (self.path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": manifests}))
        return str(self.path)

    def packed(self) -> Path:
        """The layout as a tar archive beside it."""
        path = self.path.with_suffix(".tar")
        with tarfile.open(path, "w") as tar:
            tar.add(self.path, ".")
        return path


def tar_of(members: dict[str, Any], *, form: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar; a value that is a str makes a symbolic link, a tuple of one str a hard link, None a directory."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
            elif isinstance(content, tuple):
                entry.type, entry.linkname = tarfile.LNKTYPE, content[0]
            else:
                entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content) if isinstance(content, bytes) else None)
    return buffer.getvalue()


class Reader:
    """Reads back what a door opened."""

    @staticmethod
    def content(layer: Layer) -> bytes:
        stream = layer.open()
        pieces, buffer = [], bytearray(300)
        try:
            while count := stream.readinto(memoryview(buffer)):
                pieces.append(bytes(buffer[:count]))
        finally:
            stream.close()
        content = b"".join(pieces)
        assert layer.size == len(content)
        return content

    def layers(self, image: Image) -> list[bytes]:
        """The uncompressed layers; each is checked against its digests."""
        contents = []
        for layer in image.layers:
            stored = self.content(layer)
            assert layer.digest in (None, Maker.digest(stored))
            content = gzip.decompress(stored) if stored[:2] == b"\x1f\x8b" else stored
            assert layer.diff_id in (None, Maker.digest(content))
            contents.append(content)
        return contents


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


@pytest.fixture
def reader() -> Reader:
    return Reader()
