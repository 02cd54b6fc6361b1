"""Directories to layers, layers to images: the little that the benchmark and test images need.

A layer is a tar in the pax interchange format as Go's archive/tar writes it: ustar wherever the entry fits, extended
headers where it does not. Deletions are whiteouts as the OCI image specification 1.1 ("layer.md") has them. Images
are docker-archive tars (`docker save`: manifest.json, the configuration, uncompressed layers); skopeo turns them into
OCI layouts, so that the compressed layers are those that the field's own tools write.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

EPOCH = 1_700_000_000
"""Time of every file and image, in seconds since 1970: the same input gives the same layer."""

OPAQUE = ".wh..wh..opq"

Snapshot = dict[str, tuple[object, ...]]


def snapshot(root: Path) -> Snapshot:
    """Every path below `root` with what tells one state of it from another."""
    states: Snapshot = {}
    pending = [""]
    while pending:
        parent = pending.pop()
        with os.scandir(root / parent) as entries:
            for entry in entries:
                path = f"{parent}/{entry.name}" if parent else entry.name
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    pending.append(path)
                    states[path] = (status.st_mode, status.st_uid, status.st_gid)
                elif stat.S_ISLNK(status.st_mode):
                    states[path] = (status.st_mode, os.readlink(entry.path))
                else:
                    states[path] = (status.st_mode, status.st_uid, status.st_gid, status.st_size, status.st_mtime_ns)
    return states


def whiteouts(before: Snapshot, after: Snapshot, opaque: Iterable[str] = ()) -> list[str]:
    """The markers that turn `before` into `after`; what lies below a deleted or an opaque directory needs none."""
    hidden = tuple(f"{directory}/" for directory in opaque)
    markers = [hidden_directory + OPAQUE for hidden_directory in hidden]
    for path in before:
        parent, _, name = path.rpartition("/")
        if path not in after and (not parent or parent in after) and not path.startswith(hidden):
            markers.append(f"{parent}/.wh.{name}".lstrip("/"))
    return sorted(markers)


def write_layer(root: Path, layer: Path, before: Snapshot | None = None, opaque: Iterable[str] = ()) -> None:
    """Write what changed below `root` since `before` (all of it, if None) as the layer's tar.

    Everything below an `opaque` directory is written, changed or not.
    """
    after = snapshot(root)
    before = before or {}
    hidden = tuple(f"{directory}/" for directory in opaque)
    changed = [path for path in sorted(after) if before.get(path) != after[path] or path.startswith(hidden)]
    markers = whiteouts(before, after, opaque)
    staging = layer.with_suffix(".whiteouts")
    for marker in markers:
        (staging / marker).parent.mkdir(parents=True, exist_ok=True)
        (staging / marker).touch()
    archive(layer, [(staging, markers), (root, changed)])
    shutil.rmtree(staging, ignore_errors=True)


def archive(target: Path, parts: Iterable[tuple[Path, list[str]]]) -> None:
    """Write the named paths, each list relative to its directory and in its order, as one tar."""
    command = [
        "tar", "--create", f"--file={target}.part", "--format=posix", "--pax-option=delete=atime,delete=ctime",
        "--numeric-owner", f"--mtime=@{EPOCH}", "--clamp-mtime", "--no-recursion", "--null", "--verbatim-files-from",
    ]  # fmt: skip
    lists = []
    for number, (directory, paths) in enumerate(parts):
        if not paths:
            continue
        names = target.with_suffix(f".names{number}")
        names.write_bytes(b"".join(os.fsencode(path) + b"\0" for path in paths))
        lists.append(names)
        command += [f"--directory={directory}", f"--files-from={names}"]
    subprocess.run(command, check=True)
    for names in lists:
        names.unlink()
    target.with_name(f"{target.name}.part").rename(target)


@dataclass(frozen=True)
class ImageLayer:
    """A layer's tar and the command that its history tells."""

    path: Path
    created_by: str


def write_docker_archive(target: Path, layers: list[ImageLayer], config: Mapping[str, object], tag: str) -> None:
    """Write a docker-archive whose layers are these tars, uncompressed; `config` is the configuration's `config`."""
    diff_ids = [_sha256(layer.path) for layer in layers]
    created = "2023-11-14T22:13:20Z"
    document = {
        "architecture": _goarch(),
        "os": "linux",
        "created": created,
        "config": dict(config),
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in diff_ids]},
        "history": [{"created": created, "created_by": layer.created_by} for layer in layers],
    }
    raw = json.dumps(document).encode()
    name = f"{hashlib.sha256(raw).hexdigest()}.json"
    manifest = [{"Config": name, "RepoTags": [tag], "Layers": [f"{digest}.tar" for digest in diff_ids]}]
    part = target.with_name(f"{target.name}.part")
    with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as tar:
        for digest, layer in zip(diff_ids, layers, strict=True):
            with layer.path.open("rb") as blob:
                tar.addfile(_member(f"{digest}.tar", layer.path.stat().st_size), blob)
        tar.addfile(_member(name, len(raw)), io.BytesIO(raw))
        listing = json.dumps(manifest).encode()
        tar.addfile(_member("manifest.json", len(listing)), io.BytesIO(listing))
    part.rename(target)


def write_oci_layout(docker_archive: Path, target: Path, compression: str) -> None:
    """Write the archive's image as an OCI layout whose layers skopeo compresses (`gzip` or `zstd`)."""
    part = target.with_name(f"{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    subprocess.run(
        ["skopeo", "copy", "--quiet", "--insecure-policy", "--dest-compress-format", compression,
         f"docker-archive:{docker_archive}", f"oci:{part}:latest"],
        check=True,
    )  # fmt: skip
    part.rename(target)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, EPOCH, 0o644
    return member


def _sha256(path: Path) -> str:
    with path.open("rb") as blob:
        return hashlib.file_digest(blob, "sha256").hexdigest()


def _goarch() -> str:
    machine = os.uname().machine
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)
