"""Images made in a temporary directory, for tests of the whole way through."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def layer_tar(files: Mapping[str, Any]) -> bytes:
    """A layer's tar: bytes are a file, None a directory, a str the target of a symbolic link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            if content is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
            else:
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
    return buffer.getvalue()


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


@pytest.fixture
def layout(tmp_path: Path) -> Callable[..., str]:
    """Write an OCI layout of these layers (mappings of files, or blobs as they are); return its reference."""

    def write(*layers: Any, config: Mapping[str, Any] | None = None, name: str = "image") -> str:
        blobs = tmp_path / name / "blobs" / "sha256"
        blobs.mkdir(parents=True)

        def put(data: bytes, media_type: str) -> dict[str, Any]:
            (blobs / sha256(data)[7:]).write_bytes(data)
            return {"mediaType": f"application/vnd.oci.image.{media_type}", "digest": sha256(data), "size": len(data)}

        tars = [layer if isinstance(layer, bytes) else layer_tar(layer) for layer in layers]
        configuration = {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Env": ["PATH=/usr/bin"]},
            "rootfs": {"type": "layers", "diff_ids": [sha256(tar) for tar in tars]},
            **(config or {}),
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": put(json.dumps(configuration).encode(), "config.v1+json"),
            "layers": [put(gzip.compress(tar, 1, mtime=0), "layer.v1.tar+gzip") for tar in tars],
        }
        entry = put(json.dumps(manifest).encode(), "manifest.v1+json")
        (tmp_path / name / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        (tmp_path / name / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
        return f"oci:{tmp_path / name}"

    return write
