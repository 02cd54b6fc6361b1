"""The image itself: what its manifest and its configuration say (OCI image specification 1.1, Docker image v1.2)."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from package_extract.document.model import Model
from package_extract.document.owner import Owner

__all__ = ["DirectorySize", "History", "Image", "LayerInfo", "Platform"]


class Platform(Model):
    """The platform that the image is made for, in Go's words."""

    os: str | None = None
    """Operating system: `linux`."""
    architecture: str | None = None
    """Architecture: `amd64`, `arm64`, `s390x` …"""
    variant: str | None = None
    """Variant of the architecture: `v7`, `v8` …"""


class History(Model):
    """One step of the image's history, oldest first."""

    created: str | None = None
    """When the step was made."""
    created_by: str | None = None
    """The command that made it."""
    author: str | None = None
    """Who made it."""
    comment: str | None = None
    """What the builder noted."""
    empty_layer: bool = False
    """Whether the step changed only the configuration and has no layer."""


class DirectorySize(Model):
    """Large files of a layer that lie in one directory and belong to one package."""

    path: str
    """The directory as the layer names it, relative to the root; files of directories below it are not counted."""
    owner: Owner | None = None
    """The package whose list of files names them."""
    size: int
    """Bytes of these files together."""
    files: int
    """How many they are."""


class LayerInfo(Model):
    """One layer, base first."""

    digest: str | None = None
    """Digest of the blob as stored; null where the image names only diff_ids."""
    diff_id: str | None = None
    """Digest of the uncompressed tar."""
    media_type: str | None = None
    """Media type from the manifest."""
    compressed_size: int | None = None
    """Bytes of the blob as stored."""
    size: int | None = None
    """Bytes of the uncompressed tar."""
    entries: int | None = None
    """Members of the tar, whiteout markers included."""
    created_by: str | None = None
    """The command that made the layer, from the history."""
    directories: list[DirectorySize] = Field(default_factory=list)
    """Where the layer's bytes are, as far as they are in files of 32 KiB and more: at most the 100 directories with the
    most of them, each at least a thousandth of the layer, sorted by path. Deleted files count where they are stored."""


class Image(Model):
    """The image's own metadata."""

    reference: str
    """The image as it was asked for, without credentials."""
    digest: str | None = None
    """Digest of the manifest; null where there is none (docker-archive, rootfs)."""
    index_digest: str | None = None
    """Digest of the image index that led to the manifest."""
    config_digest: str | None = None
    """Digest of the configuration, which docker calls the image id."""
    media_type: str | None = None
    """Media type of the manifest."""
    platform: Platform
    """The platform that the image is made for."""
    created: str | None = None
    """When the image was made."""
    author: str | None = None
    """Who made the image."""
    labels: dict[str, str]
    """Labels."""
    env: dict[str, str]
    """Environment variables that a program inside starts with."""
    entrypoint: list[str]
    """First words of the command that a container runs."""
    cmd: list[str]
    """Default arguments of the entry point, or the whole command."""
    working_dir: str | None = None
    """Directory that a program inside starts in."""
    user: str | None = None
    """User, and perhaps group, that a program inside runs as."""
    exposed_ports: list[str]
    """Ports that the image says it listens on: `8080/tcp`."""
    volumes: list[str]
    """Directories meant to be volumes."""
    stop_signal: str | None = None
    """Signal that ends a container."""
    shell: list[str]
    """Shell that a Dockerfile's commands are given to, where it is not the usual one."""
    healthcheck: dict[str, Any] | None = None
    """How a container is found healthy, as the configuration has it."""
    annotations: dict[str, str]
    """Annotations of the manifest."""
    repo_tags: list[str]
    """Names that the archive or the daemon gives to the image."""
    history: list[History]
    """How the image was made, oldest step first."""
    layers: list[LayerInfo]
    """Layers, base first. `layer` elsewhere in the document is an index into this list, from 0."""
    compressed_size: int | None = None
    """Bytes of all blobs of layers as stored."""
    size: int | None = None
    """Bytes of all uncompressed layers."""
